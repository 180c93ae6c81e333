import { isQuery, type JoinNode, type Node, type QueryNode } from './ast.js';
import { HogQLError, unsupported } from './errors.js';
import { type CompileOver, joined } from './join.js';
import { type Relation, relationOf, type Table, tableOf } from './relation.js';
import type { Rows } from './scope.js';
import type { Session } from './session.js';
import { distinctIdsTable, eventsTable, personsTable } from './tables.js';

/** What FROM needs of whoever runs the query. */
interface Runner {
  run(query: QueryNode): Rows;
  compileOver: CompileOver;
}

const TABLES = { events: eventsTable, persons: personsTable, person_distinct_ids: distinctIdsTable };

function tableOfRows({ size, names, columns }: Rows): Table {
  const column = ({ type, values }: Rows['columns'][number]) => ({ type, get: (row: number) => values[row] ?? null });
  const entries = columns.map((values, at) => [names[at] ?? '', column(values)] as const);
  return tableOf(size, new Map(entries));
}

function named(node: Node, session: Session): Table {
  const chain = node.node === 'Field' ? node.chain : [];
  const name = chain.join('.');
  const cte = chain.length === 1 ? session.ctes.get(name) : undefined;
  if (cte && 'rows' in cte) return tableOfRows(cte.rows());
  if (!Object.hasOwn(TABLES, name)) throw new HogQLError(`Unknown table \`${name}\`.`);
  return TABLES[name as keyof typeof TABLES](session);
}

/** One row without columns, which is what a query without FROM reads. */
const NOTHING: Relation = { size: 1, parts: [] };

export function fromOf(from: JoinNode | null, session: Session, { run, compileOver }: Runner): Relation {
  let result: Relation | undefined;
  for (let join = from; join; join = join.next_join) {
    if (join.sample) throw unsupported('SAMPLE');
    if (join.table_args) throw unsupported('table functions');
    if (join.column_aliases) throw unsupported('aliases of columns');
    const table = isQuery(join.table) ? tableOfRows(run(join.table)) : named(join.table, session);
    const name = join.alias ?? (join.table.node === 'Field' ? String(join.table.chain.at(-1)) : null);
    const relation = relationOf(table, name);
    result = result ? joined(result, relation, join, compileOver, session) : relation;
  }
  return result ?? NOTHING;
}
