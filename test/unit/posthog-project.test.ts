import { describe, expect, it } from 'vitest';
import { type ErrorCode, ToolError, type ToolErrorFields } from '../../src/errors.js';
import { resolveProject } from '../../src/posthog/project.js';
import type { PostHogApi } from '../../src/posthog/types.js';

const refusal = (code: ErrorCode, fields: ToolErrorFields = {}) =>
  new ToolError(code, 'PostHog said no.', 'Do something.', { status: 403, ...fields });
const lacking = (missing_scope: string) => refusal('missing_scope', { missing_scope });
const unused = async (): Promise<never> => {
  throw new Error('Nothing is written here');
};

/** An API of which each path answers with a value or a refusal, and the paths that were asked. */
function apiOf(answers: Readonly<Record<string, unknown>>) {
  const asked: string[] = [];
  const api: Pick<PostHogApi, 'get'> = {
    get: async (path, schema) => {
      asked.push(String(path));
      const answer = answers[String(path)];
      if (answer instanceof Error) throw answer;
      return schema.parse(answer);
    },
  };
  const rest = {
    origin: 'https://us.posthog.com',
    readOnly: false,
    query: unused,
    post: unused,
    patch: unused,
    delete: unused,
  };
  return { api: { ...api, ...rest }, asked };
}

const USER = '/api/users/@me/';
const PROJECT = '/api/projects/@current/';

describe('the project', () => {
  it('is the number that is configured, and nobody is asked', async () => {
    const { api, asked } = apiOf({});
    expect(await resolveProject(api, 12)).toBe(12);
    expect(asked).toEqual([]);
  });

  it('is the one that the key’s owner opened last', async () => {
    const { api, asked } = apiOf({ [USER]: { team: { id: 7 } } });
    expect(await resolveProject(api, '@current')).toBe(7);
    expect(asked).toEqual([USER]);
  });

  it.each([
    ['has no team', { team: null }],
    ['may not be read by scope', lacking('user:read')],
    ['may not be read by right', refusal('forbidden')],
  ])('is asked of the project where the user %s', async (_, user) => {
    const { api, asked } = apiOf({ [USER]: user, [PROJECT]: { id: 9 } });
    expect(await resolveProject(api, '@current')).toBe(9);
    expect(asked).toEqual([USER, PROJECT]);
  });

  const addProject = ', or add the scope project:read to the key';

  it.each<[string, unknown, ToolError, string]>([
    ['the key lacks both scopes', lacking('user:read'), lacking('project:read'), addProject],
    ['the user has none and the key lacks a scope', { team: null }, lacking('project:read'), addProject],
    ['its owner may see neither', refusal('forbidden'), refusal('forbidden'), ''],
    ['there is none', { team: null }, refusal('not_found'), ''],
  ])('has to be set where %s, and only a scope that would help is named', async (_, user, project, orScope) => {
    const { api } = apiOf({ [USER]: user, [PROJECT]: project });
    await expect(resolveProject(api, '@current')).rejects.toMatchObject({
      code: project.code,
      message: 'The current project of the API key could not be found out.',
      hint: `Set POSTHOG_PROJECT_ID to the number of the project${orScope}.`,
      fields: { status: 403 },
    });
  });

  it('is not guessed where PostHog fails', async () => {
    const down = refusal('upstream_error');
    const ofUser = apiOf({ [USER]: down, [PROJECT]: { id: 9 } });
    await expect(resolveProject(ofUser.api, '@current')).rejects.toBe(down);
    expect(ofUser.asked).toEqual([USER]);
    const ofProject = apiOf({ [USER]: { team: null }, [PROJECT]: down });
    await expect(resolveProject(ofProject.api, '@current')).rejects.toBe(down);
    const other = new Error('not of PostHog');
    await expect(resolveProject(apiOf({ [USER]: other }).api, '@current')).rejects.toBe(other);
    await expect(resolveProject(apiOf({ [USER]: { team: null }, [PROJECT]: other }).api, '@current')).rejects.toBe(
      other,
    );
  });

  it.each([0, -1, 1.5, '7'])('is no %j', async (id) => {
    const { api } = apiOf({ [USER]: { team: { id } } });
    await expect(resolveProject(api, '@current')).rejects.toThrow();
  });
});
