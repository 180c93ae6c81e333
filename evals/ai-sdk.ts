import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';
import { installed } from '../proof/clients/real/scratch.js';
import type { Agent } from './play.js';

const VERSION = '7.0.173';
/** Of the providers' packages that go with it. */
const PROVIDERS: Readonly<Record<string, string>> = { openai: '4.0.118', anthropic: '4.0.105', google: '4.0.121' };
/** Calls after which an agent is stopped. */
const MAX_STEPS = 25;
const SYSTEM =
  'You help a product engineer with PostHog experiments. Use the tools. The user cannot answer questions now.';

const usage = z.looseObject({ inputTokens: z.number().nullish(), outputTokens: z.number().nullish() });
const generated = z.looseObject({ text: z.string(), totalUsage: usage.nullish() });

export interface Spent {
  input: number;
  output: number;
}

type Loose = (...args: unknown[]) => unknown;

/** A function of a package that is installed on demand, so that nothing is known of its types. */
function functionOf(module: object, name: string): Loose {
  const found: unknown = Reflect.get(module, name);
  if (typeof found !== 'function') throw new Error(`The package has no ${name}.`);
  return (...args) => Reflect.apply(found, undefined, args);
}

/**
 * An agent on the AI SDK with a real model, such as `anthropic/claude-sonnet-4-5`. The SDK and the provider's package are installed on
 * demand; the provider's key is read from the variable that its package names (ANTHROPIC_API_KEY, OPENAI_API_KEY …).
 */
export async function aiSdkAgent(model: string, spent: Spent): Promise<Agent> {
  const [provider = '', ...rest] = model.split('/');
  const version = PROVIDERS[provider];
  if (version === undefined)
    throw new Error(`--model takes one of ${Object.keys(PROVIDERS).join(', ')}, a slash and a name.`);
  const folder = await installed([`ai@${VERSION}`, `@ai-sdk/${provider}@${version}`]);
  const { resolve } = createRequire(join(folder, 'package.json'));
  const load = async (name: string): Promise<object> => Object(await import(pathToFileURL(resolve(name)).href));
  const [ai, provided] = [await load('ai'), await load(`@ai-sdk/${provider}`)];
  const [generateText, jsonSchema, stepCountIs] = [
    functionOf(ai, 'generateText'),
    functionOf(ai, 'jsonSchema'),
    functionOf(ai, 'stepCountIs' in ai ? 'stepCountIs' : 'isStepCount'),
  ];
  const languageModel = functionOf(provided, provider)(rest.join('/'));
  return async (task, { call, client }) => {
    const { tools } = await client.listTools();
    const entries = tools.map(({ name, description, inputSchema }) => [
      name,
      {
        ...{ description, inputSchema: jsonSchema(inputSchema) },
        execute: (args: unknown) => call(name, z.record(z.string(), z.unknown()).parse(args)),
      },
    ]);
    const answer = await generateText({
      ...{ model: languageModel, system: SYSTEM, prompt: task.asks, tools: Object.fromEntries(entries) },
      stopWhen: stepCountIs(MAX_STEPS),
    });
    const { text, totalUsage } = generated.parse(answer);
    spent.input += totalUsage?.inputTokens ?? 0;
    spent.output += totalUsage?.outputTokens ?? 0;
    return text;
  };
}
