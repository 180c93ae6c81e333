/**
 * `npm run clients [NAME …]` runs real clients, installed from npm into a scratch folder, each with a home of its own and a
 * scripted model, against the built server, and writes what was seen to proof/clients/real/measured.json, from which
 * docs/clients.md is made. It needs npm's registry and a few minutes.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { HOSTS } from './clients/real/hosts.js';
import { type Measured, measured } from './clients/real/measure.js';

const FILE = 'proof/clients/real/measured.json';
const wanted = process.argv.slice(2).map((name) => name.toLowerCase());
const chosen = HOSTS.filter(
  ({ name }) => wanted.length === 0 || wanted.some((part) => name.toLowerCase().includes(part)),
);
const before: { day: string; clients: Measured[] } = JSON.parse(readFileSync(FILE, 'utf8'));
const clients = new Map(before.clients.map((one) => [one.client, one]));
for (const host of chosen) {
  const one = await measured(host, resolve('dist/main.js'));
  clients.set(one.client, one);
  process.stdout.write(`${JSON.stringify(one)}\n`);
}
const day = new Date().toISOString().slice(0, 10);
writeFileSync(FILE, `${JSON.stringify({ day, clients: [...clients.values()] }, null, 2)}\n`);
