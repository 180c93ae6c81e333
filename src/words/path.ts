type Path = readonly PropertyKey[];

/** `metrics[0].goal`; empty for the value itself. */
export function pathText(path: Path): string {
  return path.reduce<string>((text, step) => {
    if (typeof step === 'number') return `${text}[${step}]`;
    return text === '' ? String(step) : `${text}.${String(step)}`;
  }, '');
}

/** Property names that a JSON Schema has at a path of keys and indexes. */
export function propertiesAt(schema: unknown, path: Path): string[] {
  let here = schema;
  for (const step of path) {
    here =
      typeof step === 'number'
        ? member(here, 'items')
        : (member(member(here, 'properties'), step) ?? member(here, 'additionalProperties'));
  }
  return Object.keys(Object(member(here, 'properties')));
}

/** The member of an object or array; undefined for everything else. */
export function member(value: unknown, key: PropertyKey): unknown {
  return value !== null && typeof value === 'object' ? Reflect.get(value, key) : undefined;
}
