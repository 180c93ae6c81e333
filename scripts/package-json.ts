import { readFile } from 'node:fs/promises';
import { z } from 'zod';

const packageSchema = z.object({
  name: z.string(),
  /** The server's name in the MCP registry. */
  mcpName: z.string(),
  version: z.string(),
  license: z.string(),
  keywords: z.array(z.string()),
  engines: z.object({ node: z.string() }),
});

export type PackageJson = z.infer<typeof packageSchema>;

export async function readPackage(): Promise<PackageJson> {
  return packageSchema.parse(JSON.parse(await readFile('package.json', 'utf8')));
}
