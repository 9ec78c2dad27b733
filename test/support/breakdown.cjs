/* Preloaded into an application: breaks it at a signal, outside of any request. */
process.on('SIGUSR2', () => void Promise.reject(new Error('unhandled rejection of the test')));
process.on('SIGWINCH', () => {
  throw new Error('uncaught exception of the test');
});
