import 'reflect-metadata';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { parse } from 'graphql';
import {
  createPreparedDocuments,
  hashOf,
  MAX_REMEMBERED_BYTES,
  sizeOf,
} from '../../../src/http/limits/prepared-documents.js';
import { DEFAULT_LIMITS, schema } from './limits-kit.js';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

function heapBytes(): number {
  collectGarbage();
  return process.memoryUsage().heapUsed;
}

describe('documents that are remembered', () => {
  it.each<[string, number, (index: number) => string]>([
    ['two characters', 5_000, (index) => `{a${index}}`],
    ['fields', 50, (index) => `{a${index} ${'a '.repeat(990)}}`],
    ['fields with fields', 50, (index) => `{a${index} ${'a{a}'.repeat(490)}}`],
    ['a list', 30, (index) => `{a${index}(a: [${'1 '.repeat(3_900)}])}`],
    ['comments', 20, (index) => `{a${index}${'\n#'.repeat(24_000)}\n}`],
    ['a string', 50, (index) => `{a${index}(a: "${'x'.repeat(40_000)}")}`],
  ])('are counted with all the memory that they take: %s', (_of, count, textOf) => {
    const before = heapBytes();
    const texts = Array.from({ length: count }, (_, index) => textOf(index));
    const documents = texts.map((text) => parse(text));
    const taken = heapBytes() - before;
    const counted = texts.reduce((sum, text, index) => sum + sizeOf(text, documents[index] as never), 0);
    expect(counted).toBeGreaterThan(taken);
  });

  it('stay within their bound however short they are: nobody needs a token to send them', () => {
    const prepared = createPreparedDocuments({ schema, limits: DEFAULT_LIMITS, introspection: false });
    const before = heapBytes();
    for (let index = 0; index < 30_000; index++) {
      const text = `{a${index}}`;
      prepared.prepare(text, hashOf(text));
    }
    expect(heapBytes() - before).toBeLessThan(MAX_REMEMBERED_BYTES);
    const remembered = prepared.prepare('{a29999}', hashOf('{a29999}'));
    expect(prepared.prepare('{a29999}', hashOf('{a29999}'))).toBe(remembered);
  });
});
