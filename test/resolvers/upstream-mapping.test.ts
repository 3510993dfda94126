import 'reflect-metadata';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { tag } from '../../src/datasources/cache/cache-tags.js';
import { buildGatewaySchema } from '../../src/resolvers/build-schema.js';
import { fieldResolversOf, rootFieldsOf } from './doors.js';

const root = join(__dirname, '../..');
const pagePath = join(root, 'docs/reference/upstream-mapping.md');
const page = readFileSync(pagePath, 'utf8');
const mapped = page.split('## What is inferred')[0] ?? '';
const schema = buildGatewaySchema({ simulator: true });

const rows = (mapped.match(/^\| `[A-Z]\w+\.\w+` \|.*\|$/gm) ?? []).map((row) =>
  row
    .slice(1, -1)
    .split('|')
    .map((cell) => cell.trim()),
);
/** Whatever the ID in braces is called. */
const withId = (path: string) => path.replace(/\{\w+\}/g, '{id}');
const distinct = (values: Iterable<string>) => [...new Set(values)].sort();

/** Every path of the API in the code of the datasources; `POST /auth/token` is the gateway's own. */
function pathsInCode(): string[] {
  const folder = join(root, 'src/datasources');
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
  return distinct(
    files.flatMap((file) => {
      const code = readFileSync(join(folder, file), 'utf8').replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '');
      return [...code.matchAll(/'(\/(?:[a-z]+|\{id\})(?:\/(?:[a-z]+|\{id\}))*)'/g)].map(([, path = '']) => path);
    }),
  ).filter((path) => path !== '/auth/token');
}

it('names every root field and every field that is resolved by code, each once, and no others', () => {
  const fields = [...rootFieldsOf(schema), ...fieldResolversOf(schema)].map(({ path }) => path);
  expect(rows.map(([field]) => field?.replaceAll('`', '')).sort()).toEqual(fields.sort());
  expect(rows.length).toBeGreaterThan(45);
});

it('names every path that the datasources call, and no others', () => {
  const paths = [...mapped.matchAll(/`(?:GET|POST|PUT|PATCH|DELETE) (\/[^`]*)`/g)].map(([, path = '']) => withId(path));
  expect(distinct(paths).filter((path) => path !== '/auth/token')).toEqual(pathsInCode());
});

it('says of every call its success, and of every field what it costs', () => {
  for (const [field, call = '', success = '', , how = '', tags = ''] of rows) {
    const isFree = call === 'none';
    expect({ field, call, isKnown: isFree || /^`[A-Z]+ \/\S+`.* \(\[[a-z -]+\]\)$/.test(call) }).toMatchObject({
      isKnown: true,
    });
    expect({ field, isSuccess: isFree ? success === '' : /^20[0-4]\b/.test(success) }).toMatchObject({
      isSuccess: true,
    });
    const isMutation = field?.startsWith('`Mutation.');
    if (!isMutation) expect({ field, how }).not.toMatchObject({ how: '' });
    if (!isFree) expect({ field, tags }).not.toMatchObject({ tags: '' });
  }
});

it('names no tag that the cache does not have', () => {
  const known = Object.values(tag).map((value) => (typeof value === 'function' ? value('ID') : value));
  const named = rows.flatMap(([, , , , , tags = '']) =>
    [...tags.matchAll(/`([a-z-]+(?::[\w:]+)?)`/g)].map(([, name = '']) => name),
  );
  expect(distinct(named).sort()).toEqual(known.sort());
});

it('gives the reason for every mark, and marks every reason', () => {
  const reasons = [...(page.split('## What is inferred')[1] ?? '').matchAll(/^(\d+)\. /gm)].map(([, number]) => number);
  const marks = rows.map(([, , , mark = '']) => mark).filter((mark) => mark !== '');
  expect(
    distinct(marks)
      .map(Number)
      .sort((a, b) => a - b),
  ).toEqual(reasons.map(Number));
});

it('leads nowhere that is not there', () => {
  const [links, labels] = [/\]\((\.\.?\/[^)#]+)/g, /^\[([a-z -]+)\]: https:\/\/docs\.offblocks\.xyz\/\S+$/gm];
  for (const [, link = ''] of page.matchAll(links))
    expect([link, existsSync(join(pagePath, '..', link))]).toEqual([link, true]);
  const defined = [...page.matchAll(labels)].map(([, label = '']) => label);
  const used = [...page.matchAll(/\[([a-z -]+)\](?![(:])/g)].map(([, label = '']) => label);
  expect(distinct(used)).toEqual(distinct(defined));
});
