/** Writes to stdout and waits until it is out. A reader that has had enough (`| head`) is not an error. */
export function print(text: string): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      process.stdout.off('error', done);
      resolve();
    };
    process.stdout.once('error', done);
    process.stdout.write(text, done);
  });
}
