import { type Scenario, scenarioSchema } from '../schema.js';

/** A project without experiments and without events. */
export const emptyScenario: Scenario = scenarioSchema.parse({ project: { id: 1, name: 'Empty project' } });
