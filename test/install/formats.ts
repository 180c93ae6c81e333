/** The subset of TOML that the page uses; anything else is refused. Its strings and arrays are JSON's as well. */
export function parseToml(snippet: string): object {
  const root = {};
  let table: object = root;
  for (const line of snippet.split('\n').filter((one) => one !== '')) {
    const [, path] = /^\[([\w.]+)\]$/.exec(line) ?? [];
    const [, key, value] = /^(\w+) = (".*"|\[.*\])$/.exec(line) ?? [];
    if (path !== undefined) {
      table = path.split('.').reduce((parent, name) => {
        if (!Object.hasOwn(parent, name)) Reflect.set(parent, name, {});
        return Reflect.get(parent, name);
      }, root);
    } else if (key !== undefined && value !== undefined) Reflect.set(table, key, JSON.parse(value));
    else throw new Error(`no TOML that is known here: ${line}`);
  }
  return root;
}

/** As Claude Code reads it: -e and --header take every word up to the next flag or `--`. */
export function claudeMcpAdd(snippet: string): object {
  const words = (snippet.replace(/\\\n/g, ' ').match(/"[^"]*"|\S+/g) ?? []).map((word) => word.replaceAll('"', ''));
  const cut = words.indexOf('--');
  const own = cut < 0 ? words : words.slice(0, cut);
  const [command, ...args] = cut < 0 ? [] : words.slice(cut + 1);
  const plain: string[] = [];
  const taken: Record<string, string[]> = { '-e': [], '--header': [], '--scope': [], '--transport': [] };
  const isGreedy = (flag: string) => flag === '-e' || flag === '--header';
  let flag = '';
  for (const word of own) {
    if (word.startsWith('-')) {
      flag = word;
      if (taken[flag] === undefined) throw new Error(`claude mcp add has no ${flag}`);
    } else if (flag === '') plain.push(word);
    else {
      taken[flag]?.push(word);
      if (!isGreedy(flag)) flag = '';
    }
  }
  const pairs = (values: readonly string[] = [], separator: string) =>
    Object.fromEntries(
      values.map((value) => {
        const [, name, rest] = new RegExp(`^([\\w-]+)${separator}(.+)$`).exec(value) ?? [];
        if (name === undefined) throw new Error(`${value} is no pair: the name has to come before -e`);
        return [name, rest];
      }),
    );
  const [claude, mcp, add, name, url] = plain;
  if ([claude, mcp, add, name].join(' ') !== 'claude mcp add posthog') throw new Error(`not so: ${plain.join(' ')}`);
  if (taken['--transport']?.[0] === 'http') return { url, headers: pairs(taken['--header'], ': ') };
  return { command, args, env: pairs(taken['-e'], '=') };
}
