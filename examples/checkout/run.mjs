/**
 * A whole experiment on this machine: the sandbox in place of PostHog, a small shop with PostHog's own SDK, simulated visitors,
 * and the tools that an assistant would call. Run it with `npm run example`.
 */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { openShop } from './app.mjs';
import { letIn } from './visitors.mjs';

const MAIN = fileURLToPath(new URL('../../dist/main.js', import.meta.url));
const DAY = 86_400_000;
const VISITORS = 6_000;

const sandbox = spawn(process.execPath, [MAIN, 'sandbox', '--scenario', 'empty'], {
  stdio: ['ignore', 'pipe', 'inherit'],
});
const [line] = await once(sandbox.stdout, 'data');
const posthog = JSON.parse(line);

const say = (text) => process.stdout.write(`${text}\n`);

/** Calls a tool as an assistant would, and shows the answer. Nobody is there to confirm, so confirmations are off. */
async function call(tool, args) {
  say(`\n> ${tool} ${JSON.stringify(args)}`);
  const env = { ...process.env, POSTHOG_HOST: posthog.url, POSTHOG_PERSONAL_API_KEY: posthog.key };
  const command = [MAIN, 'call', tool, JSON.stringify(args), '--confirm', 'off'];
  const { stdout } = await promisify(execFile)(process.execPath, command, { env, maxBuffer: 1e8 });
  return JSON.parse(stdout);
}

// Visits of three weeks take seconds here, so the SDK's events are dated to when each visit is supposed to have been.
const visitedAt = new Map();
const shop = await openShop({
  ...{ token: posthog.project_token, secretKey: posthog.project_secret_key, host: posthog.url },
  before_send: (event) => ({
    ...event,
    timestamp: visitedAt.get(event.distinctId),
    properties: { ...event.properties, $ignore_sent_at: true },
  }),
});
const between = (from, to) => (visitor, share) => visitedAt.set(visitor, new Date(from + share * (to - from)));

try {
  const now = Date.now();
  const launch = now - 21 * DAY;
  say(`The shop is open at ${shop.url}, on the sandbox at ${posthog.url}.`);
  await letIn({ url: shop.url, count: 500, seed: 1, arrive: between(launch - 7 * DAY, launch) });
  await shop.flush();

  const { experiment } = await call('experiment-create', {
    name: 'One-page checkout',
    feature_flag_key: 'one-page-checkout',
    description: 'Fewer steps bring more purchases.',
    metrics: [{ name: 'Purchase', metric_type: 'funnel', steps: ['purchase_completed'] }],
    minimum_detectable_effect: 30,
    recommended_sample_size: 4_000,
  });
  const { id } = experiment;
  await call('experiment-launch', { id });
  await call('experiment-update', { id, start_date: new Date(launch).toISOString() });

  await shop.refresh();
  await letIn({ url: shop.url, count: VISITORS, seed: 2, arrive: between(launch, now) });
  say(`\n${VISITORS} visitors came in three weeks. 10 % buy in three steps, 13.5 % on one page.`);
  await shop.close();

  const results = await call('experiment-results', { id, refresh: true });
  say(JSON.stringify(results.metrics, null, 2));
  const verdict = await call('experiment-assess', { id });
  say(`\n${verdict.recommendation}: ${verdict.summary}`);
  const ended = await call('experiment-ship-variant', { id, variant_key: 'test', conclusion: 'won' });
  say(`\n${ended.status}: ${ended.effects.users}`);
} finally {
  sandbox.kill();
}
