import type { CallToolResult, Tool as ToolDefinition } from '@modelcontextprotocol/server';
import type { AnswerForm } from '../../tool.js';
import type { CallAnswer } from '../calls/answer.js';

/** A tool that declares an output schema has to send data, and its page is drawn from data. */
export function listedAs(form: AnswerForm, definition: ToolDefinition): ToolDefinition {
  if (form !== 'text') return definition;
  const { outputSchema: _, _meta: { ui: __, ...meta } = {}, ...rest } = definition;
  return { ...rest, _meta: meta };
}

/** Errors stay whole as data too: they are short, and several clients show nothing but their text. */
export function sentAs(form: AnswerForm, answer: CallAnswer): CallToolResult {
  const { content, structuredContent, ...rest } = answer;
  if (form === 'text') return { ...rest, content };
  return { ...rest, content: form === 'data' && !answer.isError ? [] : content, structuredContent };
}
