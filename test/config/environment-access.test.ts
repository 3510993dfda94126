import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';

const src = join(__dirname, '../../src');
const ENTRIES = /^(main\.ts|commands\/)/;

/** `process.env`, `process['env']`, and `env` taken out of `process` or `node:process`. */
const READS_ENVIRONMENT = new RegExp(
  [
    String.raw`\bprocess\s*(\??\.\s*env\b|(\?\.)?\[\s*['"\x60]env)`,
    String.raw`\benv\b[^;]*\bfrom\s*['"](node:)?process['"]`,
    String.raw`\{[^}]*\benv\b[^}]*\}\s*=\s*process\b`,
  ].join('|'),
);

function codeOf(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|\s)\/\/.*$/gm, '');
}

function sources(): string[] {
  return readdirSync(src, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => relative(src, join(entry.parentPath, entry.name)).split(sep).join('/'));
}

it('lets only the entries of processes read the environment', () => {
  const readers = sources()
    .filter((path) => !ENTRIES.test(path))
    .filter((path) => READS_ENVIRONMENT.test(codeOf(readFileSync(join(src, path), 'utf8'))));
  expect(readers).toEqual([]);
});

it.each([
  ['const a = process.env.PORT;', true],
  ["const a = process['env'].PORT;", true],
  ['const a = process?.env.PORT;', true],
  ['const { env } = process;', true],
  ["import { env } from 'node:process';", true],
  ['const a = process.argv; // not process.env', false],
  ['parseEnv(env)', false],
])('recognises a reader of the environment: %s', (code, isReader) => {
  expect(READS_ENVIRONMENT.test(codeOf(code))).toBe(isReader);
});
