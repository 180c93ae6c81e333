import { Agent, request } from 'undici';
import { type Listening, listen } from '../../scripts/processes.js';
import type { Call } from './measure.js';

/** The experiment of the demo scenario that all calls read. */
export const EXPERIMENT = 1;
export const CALL = { name: 'experiment-get', arguments: { id: EXPERIMENT } };

export interface Upstream {
  /** What a server needs in order to call it. */
  env: Readonly<Record<string, string>>;
  /** The request that `experiment-get` sends, without a server between. */
  direct: Call;
  stop(): Promise<void>;
}

/** The sandbox as a process of its own, so that it takes the same share of the machine in every measurement. */
export async function startUpstream(scenario = 'demo'): Promise<Upstream> {
  const sandbox: Listening = await listen(['dist/main.js', 'sandbox', '--scenario', scenario]);
  const { url, key, project_id } = sandbox.line;
  const dispatcher = new Agent({ connections: 64 });
  const path = `${url}/api/projects/${project_id}/experiments/${EXPERIMENT}/`;
  const headers = { authorization: `Bearer ${key}` };
  return {
    env: {
      POSTHOG_HOST: String(url),
      POSTHOG_PERSONAL_API_KEY: String(key),
      POSTHOG_PROJECT_ID: String(project_id),
    },
    direct: async () => {
      const { statusCode, body } = await request(path, { headers, dispatcher });
      JSON.parse(await body.text());
      if (statusCode !== 200) throw new Error(`the sandbox answered ${statusCode}`);
    },
    stop: async () => {
      await dispatcher.close();
      await sandbox.stop();
    },
  };
}
