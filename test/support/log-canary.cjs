/**
 * Searches all log lines of a run for all secrets that it sent or received. The run writes to its folder:
 * `*.log`, the lines of the applications, and `*.secrets`, one JSON string per line, as test/support/canaries.ts records them.
 */
const { readdirSync, readFileSync } = require('node:fs');
const { join } = require('node:path');

/**
 * A shorter one may be a legitimate word of a line (one test's password is another's username); a longer one
 * is no coincidence, unless it repeats a character or two.
 */
const LEAST_LENGTH = 16;
const LEAST_CHARACTERS = 6;

/** Secrets recognised by their format, whatever their origin. */
const SHAPES = {
  'a bcrypt hash': /\$2[aby]\$\d\d\$/,
  'a signed cookie': /\bs(?::|%3A)[\w-]{16,}\./i,
};

function isUnmistakable(secret) {
  return secret.length >= LEAST_LENGTH && new Set(secret).size >= LEAST_CHARACTERS;
}

/** Plain, and escaped for JSON, an address and a form. */
function spellings(secret) {
  const inAddress = encodeURIComponent(secret.toWellFormed());
  return new Set([secret, JSON.stringify(secret).slice(1, -1), inAddress, inAddress.replaceAll('%20', '+')]);
}

/** By their prefixes: one pass over a line finds any of many thousand. */
function indexed(secrets) {
  const index = new Map();
  for (const secret of secrets) {
    for (const spelling of spellings(secret)) {
      const beginning = spelling.slice(0, LEAST_LENGTH);
      const others = index.get(beginning);
      if (others) others.push(spelling);
      else index.set(beginning, [spelling]);
    }
  }
  return index;
}

/** @returns which format or secret the line contains, and the line without it; undefined if it contains none */
function leakIn(line, index) {
  for (const [shape, pattern] of Object.entries(SHAPES)) {
    if (pattern.test(line))
      return { what: shape, line: line.replace(new RegExp(`${pattern.source}.*`, 'i'), '****') };
  }
  for (let at = 0; at + LEAST_LENGTH <= line.length; at++) {
    const secret = index
      .get(line.slice(at, at + LEAST_LENGTH))
      ?.find((candidate) => line.startsWith(candidate, at));
    if (secret)
      return {
        what: `a secret that begins with ${secret.slice(0, 4)}`,
        line: line.replaceAll(secret, '****'),
      };
  }
  return undefined;
}

const linesOf = (file) => readFileSync(file, 'utf8').split('\n').filter(Boolean);

/** @returns how many secrets were searched in how many lines, and what was found where */
function searchLogs(folder) {
  const files = readdirSync(folder).map((name) => join(folder, name));
  const named = (ending) => files.filter((file) => file.endsWith(ending));
  const noted = named('.secrets').flatMap(linesOf);
  const secrets = new Set(noted.map((line) => JSON.parse(line)).filter(isUnmistakable));
  const index = indexed(secrets);
  let lines = 0;
  const leaks = [];
  for (const file of named('.log')) {
    for (const line of linesOf(file)) {
      lines++;
      const leak = leakIn(line, index);
      if (leak) leaks.push(leak);
    }
  }
  return { secrets: secrets.size, lines, leaks };
}

module.exports = { searchLogs };
