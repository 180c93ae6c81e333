import { PostHog, type PostHogOptions } from 'posthog-node';
import { afterEach } from 'vitest';
import type { Sandbox } from '../../src/sandbox/server.js';

const open: PostHog[] = [];

afterEach(async () => {
  await Promise.all(open.splice(0).map((client) => client.shutdown()));
});

/** PostHog's own SDK on a sandbox; it is shut down after the test. */
export function sdkOn({ url, projectToken }: Sandbox, options: PostHogOptions = {}): PostHog {
  const client = new PostHog(projectToken, {
    host: url,
    flushInterval: 0,
    disableGeoip: true,
    fetchRetryCount: 0,
    ...options,
  });
  open.push(client);
  return client;
}

/** The same with local evaluation of flags, once it has the definitions. */
export async function localSdkOn(sandbox: Sandbox): Promise<PostHog> {
  const client = sdkOn(sandbox, { secretKey: sandbox.projectSecretKey });
  if (!(await client.waitForLocalEvaluationReady())) throw new Error('The SDK got no definitions.');
  return client;
}
