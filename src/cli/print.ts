/** Writes to stdout and waits until it is out. A reader that has had enough (`| head`) is not an error. */
export function print(text: string): Promise<void> {
  // A broken pipe may be told of more than once, so the listener stays; the write itself ends by its callback.
  if (process.stdout.listenerCount('error') === 0) process.stdout.on('error', () => undefined);
  return new Promise((resolve) => {
    process.stdout.write(text, () => resolve());
  });
}
