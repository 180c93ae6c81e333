/** Writes to stdout and waits until it is out. A reader that has had enough (`| head`) is not an error. */
export function print(text: string): Promise<void> {
  return new Promise((resolve) => {
    // Kept for good: a broken pipe may be told of more than once.
    process.stdout.on('error', () => resolve());
    process.stdout.write(text, () => resolve());
  });
}
