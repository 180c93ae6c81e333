/** Loaded into the server that faults are tried on: tells over IPC what it holds, when it is asked. */
process.on('message', () => {
  globalThis.gc?.();
  const { rss, heapUsed } = process.memoryUsage();
  const resources = process.getActiveResourcesInfo();
  process.send?.({
    timers: resources.filter((name) => name === 'Timeout').length,
    sockets: resources.filter((name) => name.startsWith('TCPSocketWrap')).length,
    heapMb: heapUsed / 1024 / 1024,
    rssMb: rss / 1024 / 1024,
  });
});
// Nobody else would end a server whose run broke off.
process.on('disconnect', () => process.exit());
