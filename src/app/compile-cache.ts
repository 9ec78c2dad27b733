import * as nodeModule from 'node:module';

// Node 22 and later cache compiled code in NODE_COMPILE_CACHE or the system's temporary folder.
(nodeModule as { enableCompileCache?: () => unknown }).enableCompileCache?.();
