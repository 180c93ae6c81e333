import { DuckDBInstance } from '@duckdb/node-api';
import type { EventTable } from '../../src/sandbox/events/table.js';

/** DuckDB's words for functions of ClickHouse, so that most queries read the same in both. */
const MACROS = [
  'toDate(t) AS CAST(t AS DATE)',
  "toStartOfDay(t) AS date_trunc('day', t)",
  "toStartOfHour(t) AS date_trunc('hour', t)",
  "toStartOfMonth(t) AS CAST(date_trunc('month', t) AS DATE)",
  "toMonday(t) AS CAST(date_trunc('week', t) AS DATE)",
  'toHour(t) AS hour(t)',
  'toYear(t) AS year(t)',
  'toDayOfWeek(t) AS isodow(t)',
  'toUnixTimestamp(t) AS epoch_ms(t) // 1000',
  'dateDiff(u, a, b) AS date_diff(u, a, b)',
  'toString(x) AS CAST(x AS VARCHAR)',
  'toFloat(x) AS TRY_CAST(x AS DOUBLE)',
  'toInt(x) AS TRY_CAST(trunc(TRY_CAST(x AS DOUBLE)) AS BIGINT)',
  'countIf(c) AS count(*) FILTER (WHERE c)',
  'sumIf(x, c) AS sum(x) FILTER (WHERE c)',
  'avgIf(x, c) AS avg(x) FILTER (WHERE c)',
  'maxIf(x, c) AS max(x) FILTER (WHERE c)',
  'uniq(x) AS count(DISTINCT x)',
  'uniqExact(x) AS count(DISTINCT x)',
  'uniqIf(x, c) AS count(DISTINCT x) FILTER (WHERE c)',
  'argMinIf(x, y, c) AS arg_min(x, y) FILTER (WHERE c)',
  'stddevPop(x) AS stddev_pop(x)',
  'stddevSamp(x) AS stddev_samp(x)',
  'varPop(x) AS var_pop(x)',
  'varSamp(x) AS var_samp(x)',
  'startsWith(x, y) AS starts_with(x, y)',
  'endsWith(x, y) AS suffix(x, y)',
  'replaceAll(x, y, z) AS replace(x, y, z)',
  'splitByChar(x, y) AS string_split(y, x)',
  'intDiv(x, y) AS x // y',
  'has(x, y) AS list_contains(x, y)',
  'indexOf(x, y) AS coalesce(list_position(x, y), 0)',
  'arraySort(x) AS list_sort(x)',
  'arrayDistinct(x) AS list_sort(list_distinct(x))',
  'arraySum(x) AS list_sum(x)',
];

/** Properties that are columns of their own in DuckDB, with their types there. */
const COLUMNS = { plan: 'VARCHAR', amount: 'DOUBLE', note: 'VARCHAR' } as const;

/** The text that DuckDB gets for a query in HogQL. */
export function translated(text: string): string {
  return text
    .replaceAll(/\bperson\.properties\.country\b/g, 'country')
    .replaceAll(/\bproperties\.(\w+)\b/g, '$1')
    .replaceAll(/\bmultiIf\((.*?), (.*?), (.*?), (.*?), (.*?)\)/g, 'CASE WHEN $1 THEN $2 WHEN $3 THEN $4 ELSE $5 END')
    .replaceAll(/\bquantile\(([\d.]+)\)\(([^)]*)\)/g, 'quantile_cont($2, $1)')
    .replaceAll(/\bisNull\(([^)]*)\)/g, '($1 IS NULL)')
    .replaceAll(/\bisNotNull\(([^)]*)\)/g, '($1 IS NOT NULL)')
    .replaceAll(/\bposition\(/g, 'strpos(')
    .replaceAll(/\bif\(/g, '"if"(');
}

const literal = (value: unknown) =>
  typeof value === 'string' ? `'${value.replaceAll("'", "''")}'` : String(value ?? 'NULL');

type Cell = string | number | null | Cell[];

/** A value as both sides are compared: without the fine differences of how each writes it. */
export function plain(value: unknown): Cell {
  if (value === null || value === undefined) return null;
  if (typeof value === 'boolean') return Number(value);
  if (typeof value === 'bigint') return Number(value);
  if (typeof value === 'number') return Number.isFinite(value) ? Number(value.toPrecision(10)) : null;
  if (value instanceof Date)
    return value
      .toISOString()
      .replace(/T00:00:00\.000Z$/, '')
      .replace('.000Z', 'Z');
  if (Array.isArray(value)) return value.map(plain);
  return String(value)
    .replace(/T00:00:00Z$/, '')
    .replace(/\.(\d{3})000Z$/, '.$1Z');
}

/** DuckDB with the same rows. */
export async function refereeOf(events: EventTable) {
  const connection = await (await DuckDBInstance.create(':memory:', { threads: '1' })).connect();
  for (const macro of MACROS) await connection.run(`CREATE MACRO ${macro}`);
  const own = Object.entries(COLUMNS).map(([name, type]) => `${name} ${type}`);
  await connection.run(
    `CREATE TABLE events (uuid VARCHAR, event VARCHAR, timestamp TIMESTAMP, distinct_id VARCHAR, person_id VARCHAR, country VARCHAR, ${own})`,
  );
  const rows = Array.from({ length: events.size }, (_, row) => {
    const at = new Date(events.timestamp(row)).toISOString().slice(0, -1);
    const values = [events.uuid(row), events.event(row), at, events.distinctId(row), events.personId(row)];
    const properties = Object.keys(COLUMNS).map((name) => events.property(row, name));
    return `(${[...values, events.personProperty(row, 'country'), ...properties].map(literal).join(', ')})`;
  });
  await connection.run(`INSERT INTO events VALUES ${rows.join(', ')}`);
  await connection.run('CREATE TABLE persons AS SELECT DISTINCT person_id AS id, country FROM events');
  return {
    query: async (sql: string) => (await connection.runAndReadAll(sql)).getRowsJS().map((row) => row.map(plain)),
    close: () => connection.closeSync(),
  };
}
