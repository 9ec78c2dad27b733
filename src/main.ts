import { compiledBundle, runBundle } from './bundle';

const bundle = compiledBundle();
if (bundle) runBundle(bundle);
else require('./program'); // as it was compiled, file by file
