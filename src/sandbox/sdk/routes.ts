import type { WireAnswer } from '../http/http.js';
import { capture, captureV1 } from './capture.js';
import { definitions } from './definitions.js';
import { decide, flags } from './flags.js';
import { Refusal, type SdkRequest } from './request.js';

/** What SDKs ask, which other services of PostHog's answer than its API. */
export interface SdkRoute {
  method: 'GET' | 'POST';
  /** Whether its bodies are events: the sandbox records requests, and these would fill its memory. */
  takesEvents: boolean;
  handle(request: SdkRequest): WireAnswer;
}

const CAPTURE: SdkRoute = { method: 'POST', takesEvents: true, handle: capture };
const DEFINITIONS: SdkRoute = { method: 'GET', takesEvents: false, handle: definitions };

/** By path, without a trailing slash. */
const ROUTES = new Map<string, SdkRoute>([
  ['/batch', CAPTURE],
  ['/capture', CAPTURE],
  ['/e', CAPTURE],
  ['/i/v0/e', CAPTURE],
  ['/track', CAPTURE],
  ['/i/v1/analytics/events', { method: 'POST', takesEvents: true, handle: captureV1 }],
  ['/flags', { method: 'POST', takesEvents: false, handle: flags }],
  ['/decide', { method: 'POST', takesEvents: false, handle: decide }],
  ['/flags/definitions', DEFINITIONS],
  ['/api/feature_flag/local_evaluation', DEFINITIONS],
]);

export function sdkRoute(path: string): SdkRoute | undefined {
  return ROUTES.get(path.replace(/\/$/, ''));
}

/** Pages of any origin may send events and ask for flags. */
const CORS = { 'access-control-allow-origin': '*' };
const PREFLIGHT = {
  ...CORS,
  'access-control-allow-methods': 'GET, POST, OPTIONS',
  'access-control-allow-headers': '*',
};

export function answerSdk(route: SdkRoute, request: SdkRequest): WireAnswer {
  if (request.method === 'OPTIONS') return { status: 204, headers: PREFLIGHT };
  if (request.method !== route.method) return { status: 405, headers: { ...CORS, allow: route.method } };
  try {
    const answer = route.handle(request);
    return { ...answer, headers: { ...CORS, ...answer.headers } };
  } catch (error) {
    if (error instanceof Refusal) return { status: error.status, headers: CORS, text: error.message };
    throw error;
  }
}
