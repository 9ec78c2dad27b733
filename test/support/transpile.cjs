const { createHash } = require('node:crypto');
const { readFileSync } = require('node:fs');
const { join } = require('node:path');
const ts = require('typescript');

/**
 * A Jest transformer: TypeScript to CommonJS, file by file; `npm run types` checks the types.
 * ts-jest would transpile all of src/ again for each project, because its cache key contains the project.
 */
const tsconfig = readFileSync(join(__dirname, '../../tsconfig.json'), 'utf8');
const { options: compilerOptions } = ts.convertCompilerOptionsFromJson(
  {
    ...JSON.parse(tsconfig).compilerOptions,
    module: 'commonjs',
    moduleResolution: 'node10',
    declaration: false,
  },
  '',
);
const VERSION = `${ts.version}\0${tsconfig}\0${readFileSync(join(__dirname, 'transpile.cjs'), 'utf8')}`;

module.exports = {
  getCacheKey: (source, path) => createHash('sha256').update(`${VERSION}\0${path}\0${source}`).digest('hex'),
  process(source, fileName) {
    const { outputText, sourceMapText } = ts.transpileModule(source, { fileName, compilerOptions });
    return { code: outputText, map: sourceMapText };
  },
};
