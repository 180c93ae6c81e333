import { createServer } from 'node:http';
import { PostHog } from 'posthog-node';

const PAGES = {
  control: '<h1>Checkout</h1><p>Step 1 of 3: your address</p>',
  test: '<h1>Checkout</h1><p>Address, delivery and payment on one page</p>',
};

/** Who is asking: a real app would take this from its session. */
function visitorOf(request) {
  return String(request.headers['x-visitor'] ?? 'anonymous-visitor');
}

/**
 * A shop with one page under test. It asks PostHog which variant a visitor gets, shows it, and tells PostHog what happened.
 * @param {{ token: string, host: string } & import('posthog-node').PostHogOptions} settings of the project
 */
export async function openShop({ token, ...settings }) {
  const posthog = new PostHog(token, settings);
  if (settings.secretKey) await posthog.waitForLocalEvaluationReady();

  const server = createServer(async (request, response) => {
    const visitor = visitorOf(request);
    if (request.url === '/checkout') {
      // Asking for the variant is what exposes the visitor to the experiment.
      const flags = await posthog.evaluateFlags(visitor);
      const variant = flags.getFlag('one-page-checkout');
      posthog.capture({ distinctId: visitor, event: 'checkout_viewed' });
      response.end(PAGES[variant] ?? PAGES.control);
    } else if (request.url === '/buy' && request.method === 'POST') {
      posthog.capture({ distinctId: visitor, event: 'purchase_completed', properties: { amount: 49 } });
      response.end('Thank you!');
    } else {
      response.writeHead(404).end();
    }
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));

  return {
    url: `http://127.0.0.1:${server.address().port}`,
    /** Sends what waits to be sent. */
    flush: () => posthog.flush(),
    /** Fetches the flags anew, as the SDK does by itself every 30 seconds. */
    refresh: () => posthog.reloadFeatureFlags(),
    close: async () => {
      await new Promise((resolve) => server.close(resolve));
      await posthog.shutdown();
    },
  };
}
