import {
  type ListResourcesResult,
  type ListResourceTemplatesResult,
  ProtocolError,
  ProtocolErrorCode,
  type ReadResourceResult,
  ResourceNotFoundError,
} from '@modelcontextprotocol/server';
import { z } from 'zod';
import type { CallAnswer } from '../calls/answer.js';
import type { CallRequest } from '../calls/call-tool.js';
import { APP_TYPE, APPS, appUri, loadApp } from '../listing/apps.js';
import type { ServedTools } from '../listing/select-tools.js';

/** Where resources get their facts: the same calls as a model makes, so that nothing comes out by another way. */
export interface ToolSource {
  entries: ServedTools;
  call(request: CallRequest): Promise<CallAnswer>;
}

interface Guide {
  name: string;
  title: string;
  description: string;
  load(): Promise<string>;
}

const GUIDES: readonly Guide[] = [
  {
    name: 'lifecycle',
    title: 'Guide: life of an experiment',
    description: 'The states, what each step does to users, to the data and to the flag, and how it is taken back.',
    load: async () => (await import('./guides/lifecycle.js')).LIFECYCLE,
  },
  {
    name: 'metrics',
    title: 'Guide: metrics',
    description: 'The four kinds of metric, what each counts, and how to choose primary metrics and guardrails.',
    load: async () => (await import('./guides/metrics.js')).METRICS,
  },
  {
    name: 'reading-results',
    title: 'Guide: reading results',
    description: 'What the numbers of a result say, what must hold before they count, and common misreadings.',
    load: async () => (await import('./guides/reading-results.js')).READING_RESULTS,
  },
];

interface View {
  uriTemplate: string;
  name: string;
  title: string;
  description: string;
  uri: RegExp;
  tool: string;
}

const VIEWS: readonly View[] = [
  {
    uriTemplate: 'experiment://{id}',
    name: 'experiment',
    title: 'Experiment',
    description: 'One experiment as experiment-get answers it: state, dates, variants, metrics, plan, conclusion.',
    uri: /^experiment:\/\/([1-9]\d{0,9})$/,
    tool: 'experiment-get',
  },
  {
    uriTemplate: 'experiment://{id}/assessment',
    name: 'experiment-assessment',
    title: 'Assessment of an experiment',
    description: 'What experiment-assess answers: the recommendation, the findings behind it and their numbers.',
    uri: /^experiment:\/\/([1-9]\d{0,9})\/assessment$/,
    tool: 'experiment-assess',
  },
];

const GUIDE_TYPE = 'text/markdown';
const VIEW_TYPE = 'application/json';
const MAX_URI_SHOWN = 120;

/** Experiments are not listed: there may be thousands, and the list would change under the client. */
export function listResources(): ListResourcesResult {
  const guides = GUIDES.map(({ name, title, description }) => ({
    uri: `guide://${name}`,
    name,
    title,
    description,
    mimeType: GUIDE_TYPE,
  }));
  const apps = APPS.map(({ view, ...app }) => ({ uri: appUri(view), ...app, mimeType: APP_TYPE }));
  return { resources: [...guides, ...apps] };
}

export function listTemplates(): ListResourceTemplatesResult {
  return {
    resourceTemplates: VIEWS.map(({ uriTemplate, name, title, description }) => ({
      uriTemplate,
      name,
      title,
      description,
      mimeType: VIEW_TYPE,
    })),
  };
}

/** URIs of the templates, for completion. */
export const TEMPLATE_URIS: readonly string[] = VIEWS.map(({ uriTemplate }) => uriTemplate);

/** @throws ResourceNotFoundError (-32602 with the URI in its data) for what there is not. */
export async function readResource(
  { uri, signal }: { uri: string; signal: AbortSignal },
  source: ToolSource,
): Promise<ReadResourceResult> {
  const guide = GUIDES.find(({ name }) => uri === `guide://${name}`);
  if (guide) return { contents: [{ uri, mimeType: GUIDE_TYPE, text: await guide.load() }] };
  if (APPS.some(({ view }) => uri === appUri(view))) return { contents: [await appContent(uri)] };
  for (const view of VIEWS) {
    const id = view.uri.exec(uri)?.[1];
    if (id !== undefined) return readView({ uri, tool: view.tool, id, signal }, source);
  }
  const known = [...listResources().resources.map((one) => one.uri), ...TEMPLATE_URIS].join(', ');
  throw new ResourceNotFoundError(uri, `Resource not found: ${shown(uri)}. There are ${known}.`);
}

/** It fetches nothing, so no domains are asked for; the page brings no border or background of its own. */
async function appContent(uri: string) {
  return { uri, mimeType: APP_TYPE, text: await loadApp(), _meta: { ui: { prefersBorder: true } } };
}

interface ViewRequest {
  uri: string;
  tool: string;
  id: string;
  signal: AbortSignal;
}

async function readView({ uri, tool, id, signal }: ViewRequest, { entries, call }: ToolSource) {
  if (!entries.list.some(({ name }) => name === tool)) {
    const why = `Resource not found: ${shown(uri)} is read with ${tool}. ${entries.unknown(tool)}`;
    throw new ResourceNotFoundError(uri, why);
  }
  const answer = await call({ name: tool, arguments: { id }, signal });
  if (answer.isError) throw refusal(uri, answer);
  return { contents: [{ uri, mimeType: VIEW_TYPE, text: JSON.stringify(answer.structuredContent) }] };
}

const failure = z.object({ error: z.looseObject({ code: z.string() }) });
/** Codes that blame the address; all others are about the key, the network or PostHog. */
const NO_SUCH_THING = ['not_found', 'invalid_arguments'];

/** A resource has no error answers of its own, so what the tool says becomes the error's message. */
function refusal(uri: string, answer: CallAnswer): ProtocolError {
  const message = answer.content.map(({ text }) => text).join('\n');
  const error = failure.safeParse(answer.structuredContent).data?.error;
  if (NO_SUCH_THING.includes(error?.code ?? '')) return new ResourceNotFoundError(uri, message);
  return new ProtocolError(ProtocolErrorCode.InternalError, message, { uri, error });
}

function shown(uri: string): string {
  return JSON.stringify(uri.slice(0, MAX_URI_SHOWN));
}
