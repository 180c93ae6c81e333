import { call, compare, constant, contains, type Node, type QueryNode, rewritten, type SelectNode } from './ast.js';
import { HogQLError, unsupported } from './errors.js';
import type { Parser } from './parser.js';
import { later, startOf, type Zone } from './zone.js';

/** What `{filters}` stands for. */
export interface Filters {
  dateRange?: { date_from?: string | null; date_to?: string | null } | null;
  properties?: readonly object[] | null;
  filterTestAccounts?: boolean | null;
}

interface Surroundings {
  filters?: Filters | undefined;
  testAccountFilters?: readonly object[];
  now: Date;
}

const WRONG_TABLE =
  "Cannot use 'filters' placeholder in a SELECT clause that does not select from the events, sessions, logs, traces or groups table.";

const TRUE = constant(true);
const all = (exprs: Node[]): Node => (exprs.length === 0 ? TRUE : { node: 'And', exprs });
const any = (exprs: Node[]): Node => ({ node: 'Or', exprs });

const NEGATED: Readonly<Record<string, string>> = {
  is_not: 'exact',
  not_icontains: 'icontains',
  not_regex: 'regex',
  is_not_set: 'is_set',
};

const COMPARED: Readonly<Record<string, string>> = { gt: '>', gte: '>=', lt: '<', lte: '<=' };

const escaped = (text: string) => text.replace(/[%_\\]/g, '\\$&');

/** What an operator asks of one value. */
function test(operator: string, subject: Node, value: string | number | boolean): Node {
  const compared = COMPARED[operator];
  if (compared) return compare(compared, call('toFloat', subject), call('toFloat', constant(String(value))));
  const text = call('toString', subject);
  if (operator === 'exact') return compare('==', text, constant(String(value)));
  if (operator === 'icontains') return compare('ilike', text, constant(`%${escaped(String(value))}%`));
  if (operator === 'regex') return compare('=~', call('ifNull', text, constant('')), constant(String(value)));
  throw unsupported(`property operator ${operator}`);
}

const primitive = (value: unknown): value is string | number | boolean =>
  ['string', 'number', 'boolean'].includes(typeof value);

/** A property filter, as PostHog's project settings and query filters state it, as a condition over events. */
export function propertyCondition(filter: object, parser: Pick<Parser, 'expression'>): Node {
  const { key, type = 'event', value, operator = 'exact' } = filter as Record<string, unknown>;
  if (type === 'hogql') return parser.expression(String(key));
  const chain = { event: ['properties'], person: ['person', 'properties'] }[String(type)];
  if (!chain) throw unsupported(`property filters of type ${String(type)}`);
  const subject: Node = { node: 'Field', chain: [...chain, String(key)] };
  const positive = NEGATED[String(operator)] ?? String(operator);
  const values = (Array.isArray(value) ? value : [value]).filter(primitive);
  const isSet = compare('!=', subject, constant(null));
  const condition = positive === 'is_set' ? isSet : any(values.map((one) => test(positive, subject, one)));
  return String(operator) in NEGATED ? { node: 'Not', expr: condition } : condition;
}

/** A bound of a date range in milliseconds: a date, or `-7d`, `-1h`, `dStart` counted back from now. */
function bound(text: string, zone: Zone, now: Date): number {
  const relative = /^-?(\d*)([hdwmqy])(Start|End)?$/.exec(text);
  if (!relative) {
    const time = zone.parse(text);
    if (time === null) throw new HogQLError(`Invalid date: ${text}`);
    return time;
  }
  const [, count = '', letter = 'd', edge] = relative;
  const unit = { h: 'hour', d: 'day', w: 'week', m: 'month', q: 'quarter', y: 'year' }[letter] ?? 'day';
  const back = later(zone.local(now.getTime()), -Number(count || 0), unit);
  if (edge === 'End') return zone.fromLocal(later(startOf(unit, back, 1) ?? back, 1, unit));
  return zone.fromLocal(
    edge === 'Start' ? (startOf(unit, back, 1) ?? back) : unit === 'hour' ? back : (startOf('day', back) ?? back),
  );
}

const isFilters = (node: Node): string | undefined => {
  const chain = node.node === 'Placeholder' && node.expr.node === 'Field' ? node.expr.chain.map(String) : [];
  return chain[0] === 'filters' ? chain.slice(1).join('.') : undefined;
};

/** Puts conditions in the place of `{filters}`, `{filters.dateRange.from}` and `{filters.dateRange.to}`. */
export function filterConditions(query: QueryNode, surroundings: Surroundings, parser: Parser, zone: Zone): QueryNode {
  const { filters, testAccountFilters = [], now } = surroundings;
  const at = (text: string | null | undefined) =>
    text ? call('toDateTime', constant(new Date(bound(text, zone, now)).toISOString())) : undefined;
  const [from, to] = [at(filters?.dateRange?.date_from), at(filters?.dateRange?.date_to)];
  const timestamp: Node = { node: 'Field', chain: ['timestamp'] };
  const whole = () => {
    const wanted = [...(filters?.properties ?? []), ...(filters?.filterTestAccounts ? testAccountFilters : [])];
    const dates = [from && compare('>=', timestamp, from), to && compare('<', timestamp, to)];
    return all([...dates.filter((node) => node !== undefined), ...wanted.map((one) => propertyCondition(one, parser))]);
  };
  const replaced = (node: Node): Node | undefined => {
    if (node.node === 'CompareOperation') {
      const side = [node.left, node.right].map(isFilters).find((path) => path?.startsWith('dateRange.'));
      if (side === undefined) return undefined;
      const value = side === 'dateRange.from' ? from : to;
      return value ? rewritten(node, (part) => (isFilters(part) === side ? value : undefined)) : TRUE;
    }
    return isFilters(node) === '' ? whole() : undefined;
  };
  for (const select of selectsOf(query)) checkTable(select);
  return rewritten(query, replaced);
}

function selectsOf(query: QueryNode): SelectNode[] {
  const found: SelectNode[] = [];
  contains(
    [query],
    (node) => {
      if (node.node === 'SelectQuery') found.push(node);
      return false;
    },
    true,
  );
  return found;
}

function checkTable({ select_from: from, ...clauses }: SelectNode): void {
  if (!contains(Object.values(clauses), (node) => isFilters(node) === '')) return;
  for (let join = from; join; join = join.next_join) {
    if (join.table.node === 'Field' && join.table.chain[0] === 'events') return;
  }
  throw new HogQLError(WRONG_TABLE);
}
