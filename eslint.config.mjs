import js from '@eslint/js';
import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';
import securityRules from './security-rules.cjs';

/** Skipped and focused tests must not reach the main branch. */
const parkedTests = ['describe', 'it', 'test'].flatMap((object) =>
  ['only', 'skip', 'todo', 'failing'].map((property) => ({ object, property })),
);
const parkedGlobals = ['fdescribe', 'fit', 'xdescribe', 'xit', 'xtest'];

const readonly = (...names) => Object.fromEntries(names.map((name) => [name, 'readonly']));
const nodeGlobals = readonly(
  'process',
  'console',
  'Buffer',
  'URL',
  'URLSearchParams',
  'AbortController',
  'performance',
  'fetch',
  'setTimeout',
  'clearTimeout',
);

export default defineConfig(
  globalIgnores(['dist/', 'data/', 'coverage/', 'public/vendor/', '.stryker-tmp/']),
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  js.configs.recommended,
  {
    rules: {
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-eval': 'error',
      'no-new-func': 'error',
      'no-restricted-globals': ['error', ...parkedGlobals],
      'no-restricted-properties': ['error', ...parkedTests],
    },
  },
  {
    files: ['**/*.{ts,cts,mts}'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      // A Nest module is a class whose decorator says everything.
      '@typescript-eslint/no-extraneous-class': ['error', { allowWithDecorator: true }],
      // The methods of a port answer with promises, also where an implementation has nothing to wait for.
      '@typescript-eslint/require-await': 'off',
      // What class-transformer, TypeORM or an index access hands over may be absent although its type denies it.
      '@typescript-eslint/no-unnecessary-condition': 'off',
      // Ports, DTOs and entities are classes because Nest needs them at run time; a literal may fill their shape.
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
      // `return next()`, `() => next()` and numbers in texts are clear as they stand.
      '@typescript-eslint/no-confusing-void-expression': [
        'error',
        { ignoreArrowShorthand: true, ignoreVoidReturningFunctions: true },
      ],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', ignoreRestSiblings: true }],
    },
  },
  {
    files: ['src/**/*.ts'],
    rules: {
      // A package that only some processes need is loaded where it is used.
      '@typescript-eslint/no-require-imports': 'off',
    },
  },
  ...securityRules.configs,
  {
    files: ['test/**/*.ts', 'src/**/*.spec.ts', 'src/testing/**/*.ts'],
    rules: {
      // The body of a supertest answer is `any`, and `expect(mock.method)` never calls the method.
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/unbound-method': 'off',
    },
  },
  { files: ['**/*.mjs'], languageOptions: { globals: nodeGlobals } },
  {
    files: ['**/*.cjs'],
    languageOptions: { sourceType: 'commonjs', globals: { ...nodeGlobals, ...readonly('__dirname') } },
  },
  {
    files: ['public/**/*.js'],
    languageOptions: {
      globals: readonly(
        'document',
        'window',
        'navigator',
        'location',
        'fetch',
        'URL',
        'FormData',
        'setTimeout',
        'clearTimeout',
        'AbortController',
        'BroadcastChannel',
        'EventSource',
        'SwaggerUIBundle',
      ),
    },
  },
);
