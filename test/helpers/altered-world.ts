import { type AlteringProxy, startAlteringProxy } from './altering-proxy.js';
import { openFor } from './furnish.js';
import type { World, WorldOptions } from './world.js';

/** The world that the tool's valid call needs, with every answer of PostHog passing a proxy that can alter it. */
export async function openAltered(
  tool: string,
  options: WorldOptions = {},
): Promise<{ world: World; proxies: readonly AlteringProxy[] }> {
  const proxies: AlteringProxy[] = [];
  const world = await openFor(tool, {
    between: async (target) => {
      const proxy = await startAlteringProxy(target);
      proxies.push(proxy);
      return proxy;
    },
    patienceMs: [0],
    ...options,
  });
  return { world, proxies };
}
