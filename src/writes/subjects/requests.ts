import { unlessOlderBuild } from '../../posthog/older-builds.js';
import { apiPath } from '../../posthog/path.js';
import { experimentWire } from '../../schema/experiment.js';
import { flagWire } from '../../schema/flag.js';
import type { CallContext, Sent } from '../../tool.js';

/** The experiment actions that PostHog has an endpoint for. */
export type ExperimentAction =
  | 'launch'
  | 'pause'
  | 'resume'
  | 'end'
  | 'ship_variant'
  | 'reset'
  | 'archive'
  | 'unarchive'
  | 'duplicate'
  | 'migrate'
  | 'freeze_exposure'
  | 'unfreeze_exposure';

export async function postAction(
  action: ExperimentAction,
  id: number,
  { api, project }: CallContext,
  body?: object,
): Promise<Sent> {
  const path = apiPath`/api/projects/${project}/experiments/${id}/${action}/`;
  return { after: await api.post(path, experimentWire, body) };
}

/** For actions that PostHog takes tens of seconds for: waits as long as the call's deadline allows. */
export async function postSlowAction(
  action: 'freeze_exposure' | 'unfreeze_exposure',
  id: number,
  { api, project }: CallContext,
): Promise<Sent> {
  const path = apiPath`/api/projects/${project}/experiments/${id}/${action}/`;
  const answer = api.post(path, experimentWire, undefined, { slow: true });
  return { after: await unlessOlderBuild('freezing of exposure', answer) };
}

export async function patchExperiment(id: number, body: object, { api, project }: CallContext): Promise<Sent> {
  return { after: await api.patch(apiPath`/api/projects/${project}/experiments/${id}/`, experimentWire, body) };
}

export function patchFlag(id: number, body: object, { api, project }: CallContext) {
  return api.patch(apiPath`/api/projects/${project}/feature_flags/${id}/`, flagWire, body);
}
