/** The forms in which a key may be hidden in a text: as it is, and in base64 wherever it starts within what was encoded. */
function formsOf(key: string): string[] {
  const encoded = ['', 'x', 'xx'].flatMap((before) => {
    const bytes = Buffer.from(`${before}${key}`);
    // The first and the last digits hold bits of the neighbours as well.
    const inner = (text: string) => text.replace(/=+$/, '').slice(before === '' ? 0 : 4, -2);
    return [inner(bytes.toString('base64')), inner(bytes.toString('base64url'))];
  });
  const percent = [...Buffer.from(key)].map((byte) => `%${byte.toString(16)}`).join('');
  return [key, encodeURIComponent(key), percent, ...encoded];
}

export function holdsKey(text: string, key: string): boolean {
  const plain = text.toLowerCase();
  return formsOf(key).some((form) => text.includes(form) || plain.includes(form.toLowerCase()));
}
