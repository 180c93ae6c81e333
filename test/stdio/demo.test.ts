import { describe, expect, it } from 'vitest';
import { CheckFailed, createStage, type StageOptions } from '../../src/cli/demo/stage.js';
import { playStory } from '../../src/cli/demo/story.js';
import { freePort } from '../helpers/free-port.js';
import { run } from '../helpers/server-process.js';

describe('the demo', () => {
  it('plays a whole life through the built server and exits with 0', async () => {
    // What the shell has set for the server is no concern of the demo.
    const settings = { POSTHOG_MCP_TOOLSETS: 'nonsense', POSTHOG_MCP_READ_ONLY: '1', POSTHOG_HOST: 'nonsense' };
    const { code, stdout, stderr } = await run(['demo', '--fast'], settings);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    for (const tool of [
      'list',
      'get',
      'create',
      'launch',
      'pause',
      'resume',
      'end',
      'duplicate',
      'archive',
      'unarchive',
    ])
      expect(stdout).toContain(`experiment-${tool} {`);
    expect(stdout).toContain('experiment-archive {');
    expect(stdout).toContain('refused: Experiment must be ended before it can be archived.');
    expect(stdout).toContain('Checked past the server');
    expect(stdout).not.toContain('\u001b[');
  });

  it('colours its scenes where it may', async () => {
    const printed: string[] = [];
    const print = async (text: string) => void printed.push(text);
    const stage = createStage({ print, colour: true, readingMs: 0, callTool: async () => ({ content: [] }) });
    await stage.scene('Launch');
    expect(printed.join('')).toBe(`\n\u001b[1m── Launch ${'─'.repeat(68)}\u001b[22m\n`);
  });

  it('asks its sandbox directly where Node sends requests through a proxy', async () => {
    const proxy = { NODE_USE_ENV_PROXY: '1', HTTP_PROXY: `http://127.0.0.1:${await freePort()}` };
    expect(await run(['demo', '--fast'], proxy)).toMatchObject({ code: 0 });
  });

  const silent = (callTool: StageOptions['callTool']) =>
    createStage({ print: async () => {}, colour: false, readingMs: 0, callTool });
  const nowhere = { url: 'http://127.0.0.1:9', key: 'phx_none', projectId: 1 };

  it('fails where an answer is not what it says', async () => {
    const stage = silent(async () => ({ content: [], structuredContent: { items: [], total: 0 } }));
    await expect(playStory(stage, nowhere)).rejects.toThrow(CheckFailed);
  });

  it('fails where a call is refused that should work', async () => {
    const stage = silent(async () => ({
      content: [],
      isError: true,
      structuredContent: { error: { code: 'timeout' } },
    }));
    await expect(playStory(stage, nowhere)).rejects.toThrow('experiment-list failed');
  });

  it('fails where a call works that should be refused', async () => {
    const stage = silent(async () => ({ content: [], structuredContent: { status: 'applied', changes: [] } }));
    await expect(stage.refused('experiment-archive', { id: 1 })).rejects.toThrow('was not refused');
  });
});
