/**
 * Tokens are counted as four characters of JSON each. Real tokenizers differ by model and are not all public; the same
 * count on both sides of a comparison is what matters here.
 */
const CHARACTERS_PER_TOKEN = 4;

export function tokensOfText(text: string): number {
  return text.length / CHARACTERS_PER_TOKEN;
}

export function tokensOf(value: unknown): number {
  return tokensOfText(JSON.stringify(value));
}

/** What a model reads of a tool with every conversation; hosts keep titles, hints and output schemas to themselves. */
export interface ReadOfTool {
  name: string;
  description?: string | undefined;
  inputSchema?: unknown;
}

export function tokensOfTools(tools: readonly ReadOfTool[]): number {
  return tools.reduce(
    (sum, { name, description, inputSchema }) => sum + tokensOf({ name, description, inputSchema }),
    0,
  );
}
