/** The part of MCP Apps that a page which only shows needs. Source: the extension's specification of 2026-01-26. */
const PROTOCOL = '2026-01-26';
const INITIALIZE = 1;

type Json = Readonly<Record<string, unknown>>;

export interface App {
  /** What the host tells of itself, then whatever of it changes. */
  onContext(context: Json, capabilities: Json | undefined): void;
  onResult(result: Json): void;
  onCancelled(): void;
  onEnd(): void;
}

export interface Host {
  resized(width: number, height: number): void;
  open(url: string): void;
}

const json = (value: unknown): Json => Object(value);

/** Greets the host and hears it. Only messages of the frame around this one count. */
export function connect(app: App): Host {
  let id = INITIALIZE;
  const send = (message: Json) => window.parent.postMessage({ jsonrpc: '2.0', ...message }, '*');
  const answer = (message: Json, result: Json) => send({ id: message.id, ...result });
  const handlers: Readonly<Record<string, (message: Json) => void>> = {
    'ui/notifications/tool-result': ({ params }) => app.onResult(json(params)),
    'ui/notifications/tool-cancelled': () => app.onCancelled(),
    'ui/notifications/host-context-changed': ({ params }) => app.onContext(json(params), undefined),
    'ui/resource-teardown': (message) => {
      app.onEnd();
      answer(message, { result: {} });
    },
    ping: (message) => answer(message, { result: {} }),
  };
  window.addEventListener('message', ({ source, data }) => {
    if (source !== window.parent) return;
    const message = json(data);
    const { method } = message;
    if (typeof method === 'string') {
      const handler = Object.hasOwn(handlers, method) ? handlers[method] : undefined;
      if (handler) handler(message);
      else if ('id' in message) answer(message, { error: { code: -32601, message: 'Method not found' } });
    } else if (message.id === INITIALIZE && 'result' in message) {
      const { hostContext, hostCapabilities } = json(message.result);
      app.onContext(json(hostContext), json(hostCapabilities));
      send({ method: 'ui/notifications/initialized', params: {} });
    }
  });
  const appInfo = { name: 'posthog-experiments', version: '1' };
  const appCapabilities = { availableDisplayModes: ['inline', 'fullscreen'] };
  send({ id, method: 'ui/initialize', params: { protocolVersion: PROTOCOL, appInfo, appCapabilities } });
  return {
    resized: (width, height) => send({ method: 'ui/notifications/size-changed', params: { width, height } }),
    open: (url) => {
      id += 1;
      send({ id, method: 'ui/open-link', params: { url } });
    },
  };
}
