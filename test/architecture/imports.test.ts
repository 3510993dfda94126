import { isAllowed, ROOM_MAP, roomOf } from './room-map.js';
import { cyclesOf, importsBelow, parseImports, sourcesBelow, textOf } from './source-imports.js';

const MAX_LINES = 300;
const sources = [...sourcesBelow('src'), ...sourcesBelow('sandbox')];
const imports = [...importsBelow('src'), ...importsBelow('sandbox')];
const inWords = ({ from, to }: { from: string; to: string }) => `${from} -> ${to}`;

describe('the rooms', () => {
  it('have a place for every file', () => {
    expect(sources.length).toBeGreaterThan(150);
    expect(sources.filter((path) => roomOf(path) === undefined)).toEqual([]);
  });

  it('import only what stands below them', () => {
    expect(imports.length).toBeGreaterThan(500);
    expect(imports.filter((one) => !isAllowed(one)).map(inWords)).toEqual([]);
  });

  it('import files that are there', () => {
    const known = new Set(sources);
    expect(imports.filter(({ to }) => !known.has(to)).map(inWords)).toEqual([]);
  });

  it('know of the sandbox in one file only', () => {
    const users = imports.filter(({ from, to }) => from.startsWith('src/') && to.startsWith('sandbox/'));
    expect([...new Set(users.map(({ from }) => from))]).toEqual(['src/launch.ts']);
  });

  it('leave the sandbox a program of its own', () => {
    expect(imports.filter(({ from, to }) => from.startsWith('sandbox/') && !to.startsWith('sandbox/'))).toEqual([]);
  });

  it('are all there: the map names none that is gone', () => {
    const places = Object.entries(ROOM_MAP).flatMap(([place, { may, mayTypesOf = [] }]) => [
      place,
      ...may,
      ...mayTypesOf,
    ]);
    const planned = ['src/events/'];
    const isThere = (place: string) =>
      sources.some((path) => path === place || (place.endsWith('/') && path.startsWith(place)));
    expect([...new Set(places)].filter((place) => !isThere(place) && !planned.includes(place))).toEqual([]);
  });

  it('allow nothing that leads up again', () => {
    const order = Object.keys(ROOM_MAP);
    const isBelow = (place: string, room: string) =>
      order.findIndex((name) => place.startsWith(name)) <= order.indexOf(room) || place === 'sandbox/sandbox.ts';
    for (const [room, { may }] of Object.entries(ROOM_MAP))
      expect([room, may.filter((place) => !isBelow(place, room))]).toEqual([room, []]);
  });
});

it('has no circle of imports, types included', () => {
  expect(cyclesOf(imports)).toEqual([]);
});

it(`has no file of more than ${MAX_LINES} lines`, () => {
  const long = sources.map((path) => ({ path, lines: textOf(path).trimEnd().split('\n').length }));
  expect(long.filter(({ lines }) => lines > MAX_LINES)).toEqual([]);
});

describe('the test of imports itself', () => {
  const parsed = (code: string) => parseImports('src/http/a.ts', code).map(({ to, isTypeOnly }) => [to, isTypeOnly]);

  it.each([
    ["import { a } from './b.js';", [['src/http/b.ts', false]]],
    ["import a, { type B } from '../b.js';", [['src/b.ts', false]]],
    ["import * as a from './b/c.js';", [['src/http/b/c.ts', false]]],
    ["import type { A } from './b.js';", [['src/http/b.ts', true]]],
    ["import { type A, type B } from './b.js';", [['src/http/b.ts', true]]],
    ["import {\n  type A,\n  b,\n} from './b.js';", [['src/http/b.ts', false]]],
    ["import {} from './b.js';", [['src/http/b.ts', false]]],
    ["export { a } from './b.js';", [['src/http/b.ts', false]]],
    ["export type { A } from './b.js';", [['src/http/b.ts', true]]],
    ["export * from './b.js';", [['src/http/b.ts', false]]],
    ["import './b.js';", [['src/http/b.ts', false]]],
    ["const a = await import('../../sandbox/main.js');", [['sandbox/main.ts', false]]],
    ["const a = require('./b.js');", [['src/http/b.ts', false]]],
    ["// import { a } from './b.js';\n/* import './c.js'; */", []],
    ["import { a } from 'node:fs';\nimport b from 'undici';", []],
    ["import { a } from 'a';\nexport const b = 1;\nimport { c } from './c.js';", [['src/http/c.ts', false]]],
  ])('reads %j', (code, expected) => {
    expect(parsed(code)).toEqual(expected);
  });

  it.each([
    ['src/schema/card/card.type.ts', 'src/errors/gateway-error.ts', true, false],
    ['src/schema/card/card.type.ts', 'src/schema/money/money.type.ts', false, true],
    ['src/errors/gateway-error.ts', 'src/config/secret.ts', true, false],
    ['src/datasources/cards.datasource.ts', 'src/auth/inbound/access.ts', true, false],
    ['src/datasources/cards.datasource.ts', 'src/observability/metrics.ts', true, true],
    ['src/datasources/cards.datasource.ts', 'src/observability/metrics.ts', false, false],
    ['src/resolvers/card.resolver.ts', 'src/datasources/cards.datasource.ts', true, false],
    ['src/resolvers/card.resolver.ts', 'src/context.ts', true, true],
    ['src/resolvers/card.resolver.ts', 'src/context.ts', false, false],
    ['src/http/graphql.route.ts', 'src/gateway.ts', true, false],
    ['src/main.ts', 'sandbox/sandbox.ts', false, false],
    ['src/gateway.ts', 'sandbox/sandbox.ts', true, false],
    ['src/launch.ts', 'sandbox/sandbox.ts', false, true],
    ['src/launch.ts', 'sandbox/programme/cards.ts', false, false],
    ['sandbox/main.ts', 'src/config/secret.ts', true, false],
    ['src/utils/all.ts', 'src/schema/money/money.type.ts', true, false],
  ])('takes %s -> %s (types only: %p) for allowed: %p', (from, to, isTypeOnly, isFine) => {
    expect(isAllowed({ from, to, isTypeOnly })).toBe(isFine);
  });

  it('finds circles, each once', () => {
    const edges = ['ab', 'bc', 'ca', 'cd', 'dd', 'ea'].map(([from = '', to = '']) => ({ from, to }));
    expect(cyclesOf(edges)).toEqual([['a', 'b', 'c'], ['d']]);
    expect(cyclesOf(edges.filter(({ from }) => from !== 'c' && from !== 'd'))).toEqual([]);
  });
});
