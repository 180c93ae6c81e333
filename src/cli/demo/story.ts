import { Client } from 'undici';
import { z } from 'zod';
import type { Stage } from './stage.js';

interface PostHog {
  url: string;
  key: string;
  projectId: number;
}

const experimentShape = z.looseObject({
  status: z.string(),
  archived: z.boolean(),
  conclusion: z.string().nullable(),
  conclusion_comment: z.string().nullable(),
  feature_flag_key: z.string(),
  feature_flag: z.looseObject({ active: z.boolean() }),
});

/** What PostHog itself says, asked past the server under show. */
async function askPostHog({ url, key, projectId }: PostHog, id: number) {
  // Node can be set to send its own fetch through a proxy, which cannot reach this machine.
  const client = new Client(url);
  try {
    const path = `/api/projects/${projectId}/experiments/${id}/`;
    const { body } = await client.request({ method: 'GET', path, headers: { authorization: `Bearer ${key}` } });
    return experimentShape.parse(await body.json());
  } finally {
    await client.close();
  }
}

/** The whole life of one experiment. Each claim of the assistant is checked against the answers, or against PostHog. */
export async function playStory(stage: Stage, posthog: PostHog): Promise<void> {
  await findAndInspect(stage);
  const id = await createAndLaunch(stage);
  await pauseAndResume(stage, id, posthog);
  await end(stage, id);
  await conclude(stage, posthog);
  const copy = await followUp(stage, id);
  await diagnose(stage);
  await stage.scene('What PostHog itself says');
  const ended = await askPostHog(posthog, id);
  const draft = await askPostHog(posthog, copy);
  stage.check(ended.status === 'stopped' && ended.archived, 'the experiment is stopped and archived');
  stage.check(ended.conclusion === 'inconclusive', 'its conclusion is inconclusive');
  stage.check(ended.feature_flag.active, 'ending and archiving left its flag on');
  stage.check(
    draft.status === 'draft' && draft.feature_flag_key !== ended.feature_flag_key,
    'the copy is its own draft',
  );
  await stage.assistant(
    `Checked past the server: experiment ${id} is stopped, archived, concluded "${ended.conclusion}", its flag still on; experiment ${copy} is a draft on flag "${draft.feature_flag_key}".`,
  );
}

async function findAndInspect(stage: Stage): Promise<void> {
  await stage.scene('Find and inspect');
  await stage.person('Which experiments are running?');
  const list = await stage.call('experiment-list', { status: 'running' });
  const names = list.items?.map((item) => item.name) ?? [];
  stage.check(names.length > 2 && names.length === list.total, 'several experiments run, and all are listed');
  await stage.person('Tell me about the onboarding checklist.');
  const found = await stage.call('experiment-get', { feature_flag_key: 'onboarding-checklist' });
  stage.check(found.name === 'Onboarding checklist' && found.status === 'running', 'it is found by its flag key');
}

async function createAndLaunch(stage: Stage): Promise<number> {
  await stage.scene('Create and launch');
  await stage.person(
    'Test a one-page checkout against the current one, on 20% of users. It should bring more purchases and must not cost us uploads.',
  );
  const events = await stage.call('event-search', { search: 'purchase' });
  stage.check(events.items?.some((item) => item.name === 'purchase_completed') === true, 'the purchase event exists');
  const created = await stage.call('experiment-create', {
    name: 'One-page checkout',
    feature_flag_key: 'one-page-checkout',
    description: 'One page instead of three steps brings more purchases.',
    variants: [
      { key: 'control', split_percent: 50 },
      { key: 'one-page', split_percent: 50 },
    ],
    rollout_percentage: 20,
    metrics: [
      { name: 'Purchase', metric_type: 'funnel', steps: ['checkout_started', 'purchase_completed'] },
      { name: 'Uploads per user', metric_type: 'mean', event: 'file_uploaded', role: 'secondary' },
    ],
  });
  const id = created.experiment?.id ?? 0;
  stage.check(created.experiment?.status === 'draft', 'a new experiment is a draft');
  await stage.assistant('It is a draft, nobody sees it yet. This is what a launch would do:');
  const launched = await stage.confirmed('experiment-launch', { id }, 'Yes, launch it.');
  stage.check(launched.experiment?.status === 'running', 'it runs after the launch');
  stage.check(launched.effects?.users.includes('20% of users') === true, 'a fifth of the users enter');
  return id;
}

async function pauseAndResume(stage: Stage, id: number, posthog: PostHog): Promise<void> {
  await stage.scene('Pause and resume');
  await stage.person('Support reports a broken button. Stop it for now!');
  await stage.confirmed('experiment-pause', { id }, 'Yes, at once.');
  const paused = await askPostHog(posthog, id);
  stage.check(paused.status === 'paused' && !paused.feature_flag.active, 'nobody is in a variant while it is paused');
  await stage.person('Fixed. Go on.');
  const resumed = await stage.confirmed('experiment-resume', { id }, 'Yes.');
  stage.check(resumed.experiment?.status === 'running', 'it runs again');
}

async function end(stage: Stage, id: number): Promise<void> {
  await stage.scene('A mistake, and the way out of it');
  await stage.person('Archive the checkout experiment.');
  const error = (await stage.refused('experiment-archive', { id })).error;
  stage.check(
    error?.detail === 'Experiment must be ended before it can be archived.',
    "PostHog's own words are passed on",
  );
  stage.check(error?.next_tool === 'experiment-end', 'the error names the next step');
  await stage.assistant('It still runs, so it has to be ended first. What is its conclusion?');
  await stage.person('Inconclusive: the broken button spoilt the first days.');
  const ended = await stage.call('experiment-end', {
    id,
    conclusion: 'inconclusive',
    conclusion_comment: 'A broken button spoilt the first days; a clean run follows.',
  });
  stage.check(ended.experiment?.status === 'stopped', 'it is stopped');
  stage.check(ended.effects?.users.startsWith('Unchanged') === true, 'ending changes nothing for users');
}

/** A tempting result that is stopped at the gate, and a sound one that is concluded with its evidence. */
async function conclude(stage: Stage, posthog: PostHog): Promise<void> {
  await stage.scene('Conclude, as far as the evidence goes');
  await stage.person('The share dialog test is significant already! End it as won.');
  const tempting = await idOf(stage, 'Share dialog wording');
  const early = await stage.call('experiment-assess', { id: tempting });
  stage.check(early.recommendation === 'keep_running', 'the early result is not enough');
  const stopped = await stage.call('experiment-end', { id: tempting, conclusion: 'won' });
  stage.check(stopped.status === 'confirmation_required' && stopped.gate?.passes === false, 'the gate stops it');
  const unchanged = await askPostHog(posthog, tempting);
  stage.check(unchanged.status === 'running' && unchanged.conclusion === null, 'a stopped call changes nothing');
  await stage.assistant(
    'The evidence does not carry that yet: it was looked at before its planned sample. I could only end it with a reason of yours, which would be stored. I would wait.',
  );
  await stage.person('Then wait. And the onboarding checklist?');
  const sound = await idOf(stage, 'Onboarding checklist');
  const ready = await stage.call('experiment-assess', { id: sound });
  stage.check(ready.recommendation === 'ship', 'the sound one is ready');
  await stage.person('End it as won.');
  const ended = await stage.call('experiment-end', { id: sound, conclusion: 'won' });
  stage.check(ended.status === 'applied', 'what the evidence carries needs no further question');
  const stored = await askPostHog(posthog, sound);
  stage.check(stored.conclusion_comment?.startsWith('Assessed ') === true, 'the evidence is stored with it');
  await stage.assistant(`Concluded. Its comment in PostHog now holds the evidence:\n${stored.conclusion_comment}`);
}

/** A split that does not fit, found in the events down to the browser. */
async function diagnose(stage: Stage): Promise<void> {
  await stage.scene('Where the users went');
  await stage.person('The pricing page test lost people in one variant. Where?');
  const id = await idOf(stage, 'Pricing page layout');
  const assessed = await stage.call('experiment-assess', { id });
  stage.check(assessed.recommendation === 'fix_first', 'a split that does not fit decides nothing');
  const { causes = [] } = await stage.call('experiment-diagnose', { id });
  const found = causes.find(({ code }) => code === 'mismatch_in_segment');
  stage.check(found?.title.includes('Safari') === true, 'the events say where the people are missing');
  await stage.assistant(`${found?.title} One variant probably breaks there. I would mend that and start over.`);
}

async function idOf(stage: Stage, name: string): Promise<number> {
  const list = await stage.call('experiment-list', { search: name });
  const id = list.items?.find((item) => item.name === name)?.id;
  stage.check(id !== undefined, `${name} is found`);
  return id ?? 0;
}

async function followUp(stage: Stage, id: number): Promise<number> {
  await stage.scene('Follow up');
  await stage.person('Set up a clean second run, and archive this one.');
  const copy = await stage.call('experiment-duplicate', {
    id,
    name: 'One-page checkout, second run',
    feature_flag_key: 'one-page-checkout-2',
  });
  stage.check(copy.experiment?.feature_flag_key === 'one-page-checkout-2', 'the copy has a flag of its own');
  const archived = await stage.call('experiment-archive', { id });
  stage.check(archived.status === 'applied', 'an ended experiment can be archived');
  const { undo } = archived;
  await stage.person('Wait, can that be taken back?');
  await stage.call(undo?.tool ?? '', undo?.arguments ?? {});
  await stage.person('Good. Archive it then.');
  await stage.call('experiment-archive', { id });
  return copy.experiment?.id ?? 0;
}
