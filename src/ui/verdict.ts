import type { AssessmentOutput, Finding, Recommendation } from '../schema/assessment.js';
import type { HealthView } from '../schema/health.js';
import type { Freshness } from '../schema/results.js';
import { icon, type Meaning } from './marks.js';
import { age, time } from './numbers.js';
import { type Branch, h, type Tree, typed } from './tree.js';

const MEANING: Readonly<Record<Recommendation, Meaning>> = {
  ship: 'better',
  keep_control: 'worse',
  keep_running: 'unclear',
  fix_first: 'blocker',
  end_inconclusive: 'unclear',
  cannot_tell: 'unknown',
};

export type Verdict = Pick<AssessmentOutput, 'recommendation' | 'variant_key' | 'summary'>;

export function verdictSection({ recommendation, variant_key, summary }: Verdict, baseline = 'control'): Branch {
  const titles: Readonly<Record<Recommendation, string>> = {
    ship: `Ship ${variant_key ?? 'a variant'}`,
    keep_control: `Keep ${baseline}`,
    keep_running: 'Keep running',
    fix_first: 'Fix something first',
    end_inconclusive: 'End as inconclusive',
    cannot_tell: 'Cannot tell',
  };
  return h(
    'section',
    { class: `verdict ${MEANING[recommendation]}` },
    h('p', { class: 'title' }, icon(MEANING[recommendation]), ' ', h('strong', {}, titles[recommendation])),
    h('p', {}, summary),
  );
}

export function findingsSection(findings: readonly Finding[]): Branch | null {
  if (findings.length === 0) return null;
  return h(
    'section',
    { class: 'findings' },
    h('h2', {}, 'Findings'),
    h(
      'ul',
      {},
      findings.map(({ severity, title, advice }) =>
        h(
          'li',
          {},
          icon(severity),
          h('div', {}, h('b', {}, `${severity}: `), title, h('div', { class: 'muted' }, advice)),
        ),
      ),
    ),
  );
}

/** What PostHog's own checks add, in PostHog's words. */
export function posthogSection(findings: readonly HealthView[]): Branch {
  const item = ({ severity, title }: HealthView) =>
    h('li', {}, h('div', {}, h('b', {}, `${severity}: `), typed(title)));
  return h('section', { class: 'findings' }, h('h2', {}, "PostHog's own checks"), h('ul', {}, findings.map(item)));
}

export function freshnessLine({ source, calculated_at, age_hours, stale, note }: Freshness): Tree[] {
  const when = calculated_at === undefined ? '' : ` ${time(calculated_at)}`;
  const old = age_hours === undefined ? '' : `, ${age(age_hours)}`;
  const known: Readonly<Record<string, string>> = {
    calculation: `calculated${when}${old}`,
    daily_fallback: `from the daily calculation of${when}${old}`,
    none: 'nothing calculated yet',
    running: 'a calculation is running',
  };
  return [
    known[source] ?? source,
    ...(stale ? [' ', icon('warning'), ' stale'] : []),
    ...(note === undefined ? [] : [` · ${note}`]),
  ];
}
