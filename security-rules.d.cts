import type { ESLint } from 'eslint';

export const plugin: ESLint.Plugin;
/** Per rule, code that it has to report. */
export const samples: [rule: string, samples: string[]][];
