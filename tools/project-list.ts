import { z } from 'zod';
import { listProjects } from '../src/assessment/projects.js';
import { unreadableView } from '../src/schema/odd-rows.js';
import { defineReadTool } from '../src/tool.js';

export const projectList = defineReadTool({
  name: 'project-list',
  title: 'List projects',
  searchHint: 'projects, which project',
  toolset: 'admin',
  access: 'read',
  idempotent: true,
  description:
    'Projects that the key can reach, and which one this server acts in. The project cannot be switched by a tool: it is set by POSTHOG_PROJECT_ID at the start.',
  input: z.strictObject({}),
  output: z.object({
    items: z.array(z.object({ id: z.number(), name: z.string(), current: z.boolean() })),
    total: z.number(),
    note: z.string().optional(),
    unreadable: z.array(unreadableView).optional(),
  }),
  run: (_, context) => listProjects(context),
});
