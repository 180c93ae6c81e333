import { z } from 'zod';
import type { Experiment } from './experiment.js';

/** Events that carry the variant by themselves. Source: PostHog API docs. */
const CARRY_VARIANT: ReadonlySet<string> = new Set(['$feature_flag_called', '$experiment_exposure']);
/** What counts in builds that do not name their default. Source: PostHog API docs. */
const OLDER_DEFAULT = '$feature_flag_called';

export const exposureEventView = z.object({
  exposure_event: z.string(),
  exposure_event_source: z.enum(['configured', 'default']),
});

export type ExposureEvent = z.output<typeof exposureEventView>;

/** Whatever PostHog sends in its place. */
function idText(id: unknown): string {
  return typeof id === 'string' || typeof id === 'number' ? String(id) : 'unknown';
}

/**
 * The event or action that PostHog counts as exposure, and whether somebody chose it. `resolved_exposure_event` is PostHog's
 * default for this experiment, also where another event is configured.
 */
export function exposureEventOf({ exposure_criteria: criteria, resolved_exposure_event }: Experiment): ExposureEvent {
  const config = criteria?.exposure_config;
  if (!config) return { exposure_event: resolved_exposure_event ?? OLDER_DEFAULT, exposure_event_source: 'default' };
  return { exposure_event: config.event ?? `action:${idText(config.id)}`, exposure_event_source: 'configured' };
}

/** The configured event or action whose events need a property that names the variant; null where there is none. */
export function ownExposure(experiment: Experiment): string | null {
  const { exposure_event: name, exposure_event_source: source } = exposureEventOf(experiment);
  return source === 'configured' && !CARRY_VARIANT.has(name) ? name : null;
}
