import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { AttemptOutcome } from '../../posthog/guard.js';

/** Upper bounds of the latency buckets, in seconds. */
const BUCKETS = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 45];

export interface Metrics {
  called(tool: string, failed: boolean, seconds: number): void;
  answered(outcome: AttemptOutcome): void;
  text(gauges: { sessions: number; sockets: number }): Promise<{ type: string; text: string }>;
}

/**
 * Counts of one process in the text format of Prometheus. Names of tools are ours, so that no caller can add series.
 * @param isStoreUp where replicas share a store
 */
export function createMetrics(isStoreUp?: () => boolean): Metrics {
  const registry = new Registry();
  const registers = [registry];
  const calls = new Counter({
    name: 'mcp_tool_calls_total',
    help: 'Tool calls that were answered, by tool.',
    labelNames: ['tool'],
    registers,
  });
  const errors = new Counter({
    name: 'mcp_tool_errors_total',
    help: 'Tool calls that were answered with an error, by tool.',
    labelNames: ['tool'],
    registers,
  });
  const latency = new Histogram({
    name: 'mcp_tool_call_seconds',
    help: 'Time from a tool call to its answer, by tool.',
    labelNames: ['tool'],
    buckets: BUCKETS,
    registers,
  });
  const upstream = new Counter({
    name: 'posthog_answers_total',
    help: 'Answers of PostHog, by HTTP status; "none" where none came.',
    labelNames: ['status'],
    registers,
  });
  const sessions = new Gauge({ name: 'mcp_sessions', help: 'Open sessions.', registers });
  const sockets = new Gauge({ name: 'mcp_open_sockets', help: 'Open connections of clients.', registers });
  const store =
    isStoreUp && new Gauge({ name: 'mcp_store_up', help: 'Whether the shared store can be used.', registers });
  return {
    called: (tool, failed, seconds) => {
      calls.inc({ tool });
      if (failed) errors.inc({ tool });
      latency.observe({ tool }, seconds);
    },
    answered: (outcome) => upstream.inc({ status: statusOf(outcome) }),
    text: async (gauges) => {
      sessions.set(gauges.sessions);
      sockets.set(gauges.sockets);
      store?.set(isStoreUp?.() ? 1 : 0);
      return { type: registry.contentType, text: await registry.metrics() };
    },
  };
}

function statusOf(outcome: AttemptOutcome): string {
  if (outcome.ok) return '2xx';
  return outcome.failure.kind === 'status' ? String(outcome.failure.status) : 'none';
}
