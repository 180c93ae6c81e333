import { furnishFor } from './furnishings.js';
import { openWorld, type World, type WorldOptions } from './world.js';

export * from './furnishings.js';

/** The shop, with what the tool's entry in `VALID_CALLS` needs to succeed. */
export async function openFor(tool: string, options: WorldOptions = {}): Promise<World> {
  const world = await openWorld(options);
  furnishFor(tool, world);
  return world;
}
