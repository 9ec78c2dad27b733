import * as nodeModule from 'node:module';

// Node 22 and later keep what they have compiled, in the folder that NODE_COMPILE_CACHE names or in the system's own.
(nodeModule as { enableCompileCache?: () => unknown }).enableCompileCache?.();
