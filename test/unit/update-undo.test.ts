import { describe, expect, it } from 'vitest';
import { experimentWire } from '../../src/schema/experiment.js';
import { undoOfUpdate } from '../../src/writes/update/undo.js';
import type { Update } from '../../src/writes/update/wanted.js';

const switches = { allow_unknown_events: false, update_feature_flag_params: false, restore: false };

function experiment(fields: Record<string, unknown> = {}) {
  return experimentWire.parse({
    id: 1,
    name: 'N',
    feature_flag_key: 'k',
    start_date: '2026-05-01T00:00:00Z',
    ...fields,
  });
}

function undo(input: Partial<Update>, before = experiment(), after = before) {
  return undoOfUpdate({ id: 1, ...switches, ...input }, { experiment: before, sharers: [] }, after);
}

const linked = (metadata: Record<string, unknown>) => experiment({ saved_metrics: [{ saved_metric: 5, metadata }] });

describe('the undo of an update of saved metrics', () => {
  it('detaches one that was attached', () => {
    expect(undo({ add_saved_metric_id: 5 })).toMatchObject({ arguments: { id: 1, remove_saved_metric_id: 5 } });
  });

  it('does not detach one that was attached before', () => {
    expect(undo({ name: 'Other', add_saved_metric_id: 5 }, linked({ type: 'primary' }))).toEqual({
      tool: 'experiment-update',
      arguments: { id: 1, name: 'N' },
    });
  });

  it('attaches a primary one again', () => {
    expect(undo({ remove_saved_metric_id: 5 }, linked({ type: 'primary' }))).toMatchObject({
      arguments: { add_saved_metric_id: 5 },
    });
  });

  it.each([
    ['fields', { type: 'secondary' }, { add_saved_metric_id: 5, saved_metric_role: 'secondary' }],
    [
      'the links whole',
      { type: 'primary', breakdowns: [{ property: 'country' }] },
      {
        stored_settings:
          '{"saved_metrics_ids":[{"id":5,"metadata":{"type":"primary","breakdowns":[{"property":"country"}]}}]}',
      },
    ],
  ])('brings the settings of a link back by %s', (_, metadata, fields) => {
    expect(undo({ remove_saved_metric_id: 5 }, linked(metadata))).toEqual({
      tool: 'experiment-update',
      arguments: { id: 1, ...fields },
    });
  });
});

describe('the undo of other updates', () => {
  it('gives a holdout back, or clears one that was not there', () => {
    const before = experiment({ start_date: null, holdout: { id: 3, name: 'H' } });
    expect(undo({ holdout_id: 4 }, before)).toMatchObject({ arguments: { holdout_id: 3 } });
    expect(undo({ holdout_id: 4 }, experiment({ start_date: null }))).toMatchObject({
      arguments: { clear: ['holdout_id'] },
    });
  });

  it('says that a metric is too long to come back', () => {
    const metric = { uuid: 'u', kind: 'ExperimentMetric', metric_type: 'mean', name: 'x'.repeat(21_000) };
    expect(undo({ remove_metric_uuid: 'u' }, experiment({ metrics: [metric] }))).toEqual({
      not_reversible_because: 'the metric before is too long to save here',
    });
  });

  it('keeps characters that an answer would be cleaned of inside a saved metric', () => {
    const metric = { uuid: 'u', kind: 'ExperimentMetric', metric_type: 'mean', name: 'a\u200Bb' };
    const answer = undo({ remove_metric_uuid: 'u' }, experiment({ metrics: [metric] }));
    const { metric: saved } = 'arguments' in answer ? answer.arguments : { metric: null };
    expect(saved).toMatchObject({ query_json: expect.stringContaining('a\\u200bb') });
  });

  it('cannot mix fractions of a split with other fields', () => {
    const variants = [
      { key: 'control', rollout_percentage: 33.3 },
      { key: 'test', rollout_percentage: 66.7 },
    ];
    const filters = { groups: [{ properties: [], rollout_percentage: 100 }], multivariate: { variants } };
    const before = experiment({ feature_flag: { id: 9, key: 'k', active: true, filters } });
    const input = {
      variants: [
        { key: 'control', split_percent: 50 },
        { key: 'test', split_percent: 50 },
      ],
    };
    expect(undo(input, before)).toMatchObject({ tool: 'feature-flag-restore', arguments: { id: 9, active: true } });
    expect(undo({ ...input, name: 'Other' }, before)).toEqual({ not_reversible_because: expect.any(String) });
  });
});
