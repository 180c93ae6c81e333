import { invalid } from '../http/api-error.js';
import { body as asBody, boolean, char, choice, integer, list, nullable, optional, required } from './drf.js';
import { type Conclusion, conclusion, conclusionComment, MAX_NAME, name, repository, tags } from './fields.js';

/** Bodies of the actions on experiments. Unknown keys are dropped; a violation is thrown as a 400. */

export interface EndBody {
  /** Absent and null both clear what was stored. */
  conclusion?: Conclusion | null | undefined;
  conclusion_comment?: string | null | undefined;
  open_cleanup_pr: boolean;
  repository?: string | null | undefined;
  set_repository_as_team_default: boolean;
}

export function parseEndBody(body: unknown): EndBody {
  const source = asBody(body);
  return {
    conclusion: optional(source, 'conclusion', conclusion),
    conclusion_comment: optional(source, 'conclusion_comment', conclusionComment),
    open_cleanup_pr: optional(source, 'open_cleanup_pr', boolean) ?? false,
    repository: optional(source, 'repository', nullable(repository)),
    set_repository_as_team_default: optional(source, 'set_repository_as_team_default', boolean) ?? false,
  };
}

export interface ShipBody extends EndBody {
  variant_key: string;
  release_to_everyone: boolean;
}

export function parseShipBody(body: unknown): ShipBody {
  const end = parseEndBody(body);
  const source = asBody(body);
  return {
    ...end,
    variant_key: required(source, 'variant_key', char()),
    release_to_everyone: optional(source, 'release_to_everyone', boolean) ?? false,
  };
}

export function parseArchiveBody(body: unknown): { disable_feature_flag: boolean } {
  return { disable_feature_flag: optional(asBody(body), 'disable_feature_flag', boolean) ?? false };
}

export interface DuplicateBody {
  feature_flag_key?: string | undefined;
  name?: string | undefined;
}

export function parseDuplicateBody(body: unknown): DuplicateBody {
  const source = asBody(body);
  return {
    feature_flag_key: optional(source, 'feature_flag_key', char()),
    name: optional(source, 'name', name),
  };
}

export interface CopyBody extends DuplicateBody {
  target_team_id: number;
}

/** A blank name counts as none. */
export function parseCopyBody(body: unknown): CopyBody {
  const source = asBody(body);
  return {
    target_team_id: required(source, 'target_team_id', integer()),
    feature_flag_key: optional(source, 'feature_flag_key', char()),
    name: optional(source, 'name', char({ max: MAX_NAME, blank: true })),
  };
}

/** Experiments that one request may tag. */
const MAX_TAGGED = 500;

export interface TagsBody {
  ids: number[];
  action: 'add' | 'remove' | 'set';
  tags: string[];
}

export function parseTagsBody(body: unknown): TagsBody {
  const source = asBody(body);
  const ids = required(source, 'ids', list(integer()));
  if (ids.length > MAX_TAGGED) {
    throw invalid(`Ensure this field has no more than ${MAX_TAGGED} elements.`, 'ids', 'max_length');
  }
  return {
    ids,
    action: required(source, 'action', choice(['add', 'remove', 'set'])),
    tags: required(source, 'tags', tags),
  };
}
