/**
 * Who may import whom: `npm run check` refuses what is not in the table, and every import cycle, of types too.
 *
 * A line is a room (a folder or a file) and what its files may import beside their own room. `node` stands for Node's own
 * modules, `npm:NAME` for a package.
 */
const SCHEMA = ['npm:zod', 'src/schema/', 'src/errors.ts'];
/** What reads and writes of tools stand on: the client as a type, and its routes. */
const CLIENT = ['src/posthog/types.ts', 'src/posthog/path.ts', 'src/posthog/older-builds.ts'];
const CALL = [...SCHEMA, ...CLIENT, 'src/tool.ts'];
const SANDBOX_FLOOR = ['src/sandbox/http/', 'src/sandbox/store/', 'src/sandbox/validation/', 'src/sandbox/rows/'];

/** From the bottom up. */
const ROOMS = {
  'src/errors.ts': [],
  'src/version.ts': [],
  'src/log.ts': ['node', 'src/render/untrusted.ts'],
  'src/replicas/': ['node', 'npm:ioredis', 'src/errors.ts', 'src/log.ts'],
  'src/words/': ['npm:zod'],
  'src/schema/': SCHEMA,
  'src/stats/': ['npm:@stdlib/'],
  'src/render/': ['src/schema/'],
  'src/posthog/': [
    ...['node', 'npm:undici', ...SCHEMA, 'src/version.ts', 'src/log.ts', 'src/render/untrusted.ts'],
    'src/replicas/store.ts',
  ],
  'src/tool.ts': [...SCHEMA, 'src/posthog/types.ts'],
  'src/serving/': [...SCHEMA, 'src/tool.ts'],
  'src/reads/': CALL,
  'src/decision/': ['src/schema/', 'src/stats/', 'src/render/', 'src/words/', 'src/serving/'],
  'src/queries/': [...CALL, 'src/decision/windows.ts'],
  'src/diagnosis/': ['src/schema/', 'src/stats/', 'src/render/', 'src/queries/'],
  'src/writes/subjects/': [...CALL, 'src/reads/', 'src/serving/'],
  'src/writes/pipeline/': [...CALL, 'node', 'src/reads/', 'src/serving/', 'src/writes/subjects/'],
  'src/writes/update/': [...CALL, 'src/serving/', 'src/writes/pipeline/claims.ts', 'src/writes/subjects/'],
  'src/assessment/': [
    ...[...CALL, 'node', 'src/stats/', 'src/decision/', 'src/reads/', 'src/serving/', 'src/writes/pipeline/'],
    ...['src/words/', 'src/queries/', 'src/diagnosis/'],
  ],
  'src/contract/': [...SCHEMA, ...CLIENT, 'src/posthog/project.ts'],
  'src/journal/': ['node', ...SCHEMA, 'src/log.ts', 'src/render/', 'src/writes/pipeline/journal.ts'],
  'src/config/': [
    ...['node', 'src/errors.ts', 'src/log.ts', 'src/tool.ts', 'src/posthog/', 'src/writes/pipeline/'],
    'src/schema/stripped.ts',
  ],
  'tools/index.ts': ['tools/', 'src/tool.ts'],
  'tools/': [...CALL, 'src/serving/', 'src/reads/', 'src/writes/', 'src/assessment/', 'src/decision/'],
  'src/ui/': ['src/schema/', 'src/render/digits.ts', 'src/render/effect.ts'],
  'src/generated/': ['src/mcp/listing/catalogue.ts'],
  'src/mcp/': [
    ...[
      'node',
      'npm:@modelcontextprotocol/server',
      ...SCHEMA,
      'src/log.ts',
      'src/words/',
      'src/render/',
      'src/tool.ts',
    ],
    ...[
      'src/replicas/',
      'src/posthog/',
      'src/writes/pipeline/',
      'src/assessment/judge.ts',
      'src/generated/ui.ts',
      'tools/index.ts',
    ],
  ],
  'src/transports/': [
    'node',
    'npm:zod',
    'npm:@modelcontextprotocol/',
    'src/mcp/',
    'src/log.ts',
    'src/replicas/store.ts',
  ],
  'src/sandbox/events/': ['node'],
  'src/sandbox/hogql/': ['npm:@posthog/hogql-parser', 'src/sandbox/events/table.ts'],
  'src/sandbox/store/': ['node', 'src/sandbox/events/'],
  'src/sandbox/http/': ['node', 'src/sandbox/store/'],
  'src/sandbox/validation/': ['npm:zod', 'src/sandbox/http/api-error.ts', 'src/sandbox/store/'],
  'src/sandbox/measured/': [
    ...['src/sandbox/http/api-error.ts', 'src/sandbox/store/', 'src/sandbox/events/', 'src/sandbox/evaluation/'],
  ],
  'src/sandbox/rows/': [
    'src/sandbox/measured/',
    'src/sandbox/http/',
    'src/sandbox/store/',
    'src/sandbox/validation/',
    'src/stats/',
  ],
  'src/sandbox/crowd/': [...SANDBOX_FLOOR, 'src/sandbox/events/', 'src/sandbox/results/metrics.ts'],
  'src/sandbox/account/': [...SANDBOX_FLOOR, 'src/sandbox/hogql/', 'src/sandbox/events/', 'src/sandbox/crowd/'],
  'src/sandbox/activity/': SANDBOX_FLOOR,
  'src/sandbox/approvals/': SANDBOX_FLOOR,
  'src/sandbox/flags/': [...SANDBOX_FLOOR, 'src/sandbox/approvals/gate.ts'],
  'src/sandbox/lifecycle/': [
    ...[...SANDBOX_FLOOR, 'src/sandbox/approvals/gate.ts', 'src/sandbox/approvals/requests.ts'],
    'src/sandbox/evaluation/property.ts',
  ],
  'src/sandbox/experiments/': [
    ...['npm:zod', ...SANDBOX_FLOOR, 'src/sandbox/approvals/gate.ts', 'src/sandbox/flags/change.ts'],
    'src/sandbox/lifecycle/lifecycle.ts',
  ],
  'src/sandbox/related/': [...SANDBOX_FLOOR, 'src/sandbox/approvals/holdout.ts'],
  'src/sandbox/results/': [
    ...['node', 'src/stats/', ...SANDBOX_FLOOR, 'src/sandbox/measured/', 'src/sandbox/hogql/', 'src/sandbox/events/'],
    'src/sandbox/crowd/',
  ],
  'src/sandbox/evaluation/': ['node', 'src/sandbox/store/'],
  'src/sandbox/sdk/': ['node', ...SANDBOX_FLOOR, 'src/sandbox/evaluation/', 'src/sandbox/events/'],
  'src/sandbox/scenario/': [
    'npm:zod',
    'src/stats/',
    'src/words/',
    ...SANDBOX_FLOOR,
    'src/sandbox/results/seed.ts',
    'src/sandbox/crowd/traits.ts',
  ],
  'src/sandbox/': ['node'],
};

/** These put everything together, so they may import everything, and nobody imports them. */
const ENTRIES = ['src/main.ts', 'src/cli/'];
/** The doors of the sandbox: the rest of the server and the chores use nothing behind them. */
const SANDBOX_DOORS = ['src/sandbox/server.ts', 'src/sandbox/scenario/'];

const escaped = (path) => path.replaceAll('.', '\\.');

function target(name) {
  if (name.startsWith('npm:')) return `^node_modules/${escaped(name.slice(4))}`;
  return `^${escaped(name)}`;
}

/** @param rest the rooms before this one, whose files a wider name would match as well */
function rule([room, allowed], index, all) {
  const others = all.slice(0, index).flatMap(([name]) => (name.startsWith(room) ? [`^${escaped(name)}`] : []));
  const paths = allowed.filter((name) => name !== 'node').map(target);
  return {
    name: `what ${room} may import`,
    severity: 'error',
    from: { path: `^${escaped(room)}`, pathNot: others },
    to: {
      pathNot: [`^${escaped(room)}`, ...paths],
      ...(allowed.includes('node') ? { dependencyTypesNot: ['core'] } : {}),
    },
  };
}

module.exports = {
  forbidden: [
    { name: 'no cycles', severity: 'error', from: {}, to: { circular: true } },
    ...Object.entries(ROOMS).map(rule),
    {
      name: 'every file has a line in the table',
      severity: 'error',
      from: { path: '^(src|tools)/', pathNot: [...Object.keys(ROOMS), ...ENTRIES].map(target) },
      to: {},
    },
    {
      name: 'the sandbox knows the routes of its rooms alone',
      severity: 'error',
      from: { path: '^src/sandbox/routes\\.ts$' },
      to: { path: '^src/sandbox/', pathNot: ['/routes\\.ts$', '^src/sandbox/http/'] },
    },
    {
      name: 'the sandbox is entered by its doors',
      severity: 'error',
      // A benchmark measures a part by itself.
      from: { path: '^(src|tools|scripts|proof|evals)/', pathNot: ['^src/sandbox/', '^proof/bench/'] },
      to: { path: '^src/sandbox/', pathNot: SANDBOX_DOORS.map(target) },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    parser: 'swc',
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      extensions: ['.ts', '.js'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default'],
    },
  },
};
