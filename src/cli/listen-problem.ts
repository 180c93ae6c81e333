/** By the system's code for a port that cannot be had. */
const PORT_PROBLEMS: Readonly<Record<string, string>> = {
  EADDRINUSE: 'is in use',
  EACCES: 'is not open to this user',
};

/** What is wrong with an address that cannot be listened on, in words; any other error as it is. */
export function listenProblem(error: unknown, { port, bind }: { port: number; bind?: string }): unknown {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const why = PORT_PROBLEMS[code];
  if (why !== undefined) return new Error(`port ${port} ${why}; choose another with --port`);
  if (bind !== undefined && (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND'))
    return new Error(`${bind} is no address of this machine; choose another with --bind`);
  return error;
}
