/* Preloaded into an application: breaks it at a signal, outside of any request. */
process.on('SIGUSR2', () => void Promise.reject(new Error('nobody awaits this')));
process.on('SIGWINCH', () => {
  throw new Error('nobody catches this');
});
