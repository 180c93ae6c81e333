import { z } from 'zod';
import { unlessOlderBuild } from '../src/posthog/older-builds.js';
import { apiPath } from '../src/posthog/path.js';
import { holdoutView, holdoutWire, viewHoldout } from '../src/schema/holdout.js';
import { pageLimit, pageOffset } from '../src/schema/ids.js';
import { listOutput, pageFacts, shownPageWire } from '../src/schema/page.js';
import { defineReadTool } from '../src/tool.js';

const page = shownPageWire(holdoutWire);

export const experimentHoldoutsList = defineReadTool({
  name: 'experiment-holdouts-list',
  title: 'List holdouts',
  searchHint: 'holdouts, holdback groups',
  toolset: 'holdouts',
  access: 'read',
  idempotent: true,
  description: [
    'Holdouts of the project: groups of users that are kept out of every experiment that uses the holdout. exclusion_percent is the share held out.',
    'Which experiments use one: experiment-holdouts-retrieve.',
  ].join('\n'),
  input: z.strictObject({ limit: pageLimit, offset: pageOffset }),
  output: listOutput(holdoutView),
  run: async (query, { api, project }) => {
    const asked = api.get(apiPath`/api/projects/${project}/experiment_holdouts/`, page, query);
    const answer = await unlessOlderBuild('holdouts', asked);
    return {
      items: answer.results.map(viewHoldout),
      ...pageFacts(answer),
    };
  },
});
