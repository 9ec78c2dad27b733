/* Preloaded into an application: it prints which packages it has loaded when it gets SIGUSR2. */
process.on('SIGUSR2', () => {
  const names = Object.keys(require.cache).map(
    (path) => /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1],
  );
  console.log(`loaded: ${[...new Set(names)].join(' ')};`);
});
