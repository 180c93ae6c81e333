import { runHogQL } from './src/sandbox/hogql/run.ts';
const N = 1_000_000;
const ids = Array.from({length: 50_000}, (_, i) => `00000000-0000-4000-8000-${i.toString(16).padStart(12,'0')}`);
const names = ['$pageview', 'buy', '$feature_flag_called', 'view'];
const variants = ['control', 'test'];
const t0 = Date.parse('2026-01-01T00:00:00Z');
const uuid = '00000000-0000-4000-8000-000000000000';
const events = { size: N, uuid: () => uuid, event: (r) => names[r % 4], timestamp: (r) => t0 + r * 1000, createdAt: (r) => t0 + r*1000,
 distinctId: (r) => ids[(r*7919) % 50_000], personId: (r) => ids[(r*7919) % 50_000], property: (r, k) => k === '$feature/f' ? variants[(r*7919) % 2] : k === 'amount' ? r % 97 : undefined,
 properties: () => ({}), personProperty: () => undefined, personProperties: () => ({}), personCreatedAt: () => t0 };
await runHogQL('select 1', { events, now: new Date() });
for (const q of process.argv.slice(2)) { const s = performance.now(); const r = await runHogQL(q, { events, now: new Date('2026-01-20T00:00:00Z'), defaultLimit: 100 }); console.log(Math.round(performance.now() - s), 'ms', q.slice(0,100), r.results.length, JSON.stringify(r.results[0])); }
