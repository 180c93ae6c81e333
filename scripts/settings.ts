import { DEFAULT_TOOLSETS } from '../src/tool.js';
import { CONFIRM_MODES } from '../src/writes/pipeline/consent.js';

/** The variables that people who install the server are asked for; README has all. */
export interface Setting {
  variable: string;
  title: string;
  description: string;
  type: 'string' | 'boolean';
  required?: true;
  secret?: true;
  default?: string;
  choices?: readonly string[];
  /** Its field in the form of a bundle; without one it is not asked for there. */
  field?: string;
}

export const SETTINGS: readonly Setting[] = [
  {
    variable: 'POSTHOG_PERSONAL_API_KEY',
    field: 'api_key',
    title: 'Personal API key',
    description:
      'Starts with phx_. Make one in PostHog under Settings, Personal API keys; README lists the scopes. A project key (phc_) does not work.',
    type: 'string',
    required: true,
    secret: true,
  },
  {
    variable: 'POSTHOG_HOST',
    field: 'host',
    title: 'PostHog host',
    description: 'https://us.posthog.com, https://eu.posthog.com or the https origin of your own PostHog.',
    type: 'string',
    default: 'https://us.posthog.com',
  },
  {
    variable: 'POSTHOG_PROJECT_ID',
    field: 'project_id',
    title: 'Project id',
    description: 'Number of the project. @current is the one last opened in PostHog; a number is safer.',
    type: 'string',
    default: '@current',
  },
  {
    variable: 'POSTHOG_MCP_READ_ONLY',
    field: 'read_only',
    title: 'Read only',
    description: 'Serve only tools that change nothing.',
    type: 'boolean',
    default: 'false',
  },
  {
    variable: 'POSTHOG_MCP_TOOLSETS',
    title: 'Toolsets',
    description: 'Toolsets to serve, separated by commas; all for every tool.',
    type: 'string',
    default: DEFAULT_TOOLSETS.join(','),
  },
  {
    variable: 'POSTHOG_MCP_CONFIRM',
    title: 'Confirmation',
    description: 'How calls that reach users are confirmed: by a dialog or else a token, by token, or not at all.',
    type: 'string',
    default: 'auto',
    choices: CONFIRM_MODES,
  },
];
