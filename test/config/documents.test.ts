import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from '../../src/config/parse-env.js';
import { VARIABLE_NAMES, VARIABLES, type Variable, type VariableName } from '../../src/config/variables.js';

const root = join(__dirname, '../..');

function read(path: string): string {
  return readFileSync(join(root, path), 'utf8');
}

/** The row of a variable in the reference: name, meaning, default, example. */
function rowOf(name: VariableName): string {
  const { description, default: standard, unset, example }: Variable<unknown> = VARIABLES[name];
  const meaning = standard === null ? `unset: ${unset}` : `\`${standard}\``;
  return `| \`${name}\` | ${description} | ${meaning} | \`${example}\` |`;
}

/** Its lines in `.env.example`: commented out, so that the file as it stands changes nothing. */
function linesOf(name: VariableName): string {
  const { description, default: standard, unset, example }: Variable<unknown> = VARIABLES[name];
  const meaning = standard === null ? `Unset: ${unset}.` : `Default: ${standard}.`;
  const shown = standard ?? example;
  return `# ${description}\n# ${meaning}\n#${name}=${/[ #\\]/.test(shown) ? `"${shown}"` : shown}\n`;
}

it('lists exactly the known variables with their defaults in the configuration reference', () => {
  const rows = read('docs/reference/configuration.md').match(/^\| `[A-Z_]+` \|.*$/gm);
  expect(rows).toEqual(VARIABLE_NAMES.map(rowOf));
});

it('lists exactly the known variables with their defaults in .env.example', () => {
  const entries = read('.env.example').match(/^# .*\n# (Default|Unset): .*\n.*\n/gm);
  expect(entries).toEqual(VARIABLE_NAMES.map(linesOf));
});

it('changes nothing when .env.example is used as it is', () => {
  expect(read('.env.example').match(/^[^#\n].*$/gm)).toBeNull();
});

it('states defaults that are those of an empty environment', () => {
  const defaults = VARIABLE_NAMES.map((name) => [name, VARIABLES[name].default ?? undefined]);
  expect(parseEnv(Object.fromEntries(defaults))).toEqual(parseEnv({}));
});
