import { ManifestError, parseManifest } from '../../../src/http/trusted-documents/manifest.js';
import { aManifest, anOperation, sha256 } from './trusted-documents-kit.js';

const BODY = 'query Card($id: ID!) {\n  card(id: $id) {\n    id\n  }\n}';

describe('a manifest', () => {
  it('is found in by ID and by the hash of the body', () => {
    const { documents, find } = parseManifest(
      aManifest(BODY, anOperation('{ viewer { subject } }', { id: 'viewer-1' })),
    );
    expect(documents.map(({ name }) => name)).toEqual(['Card', 'Anonymous']);
    expect(find(sha256(BODY))).toMatchObject({ name: 'Card', body: BODY });
    expect(find('viewer-1')).toBe(find(sha256('{ viewer { subject } }')));
    for (const absent of ['', 'viewer-2', sha256(`${BODY}\n`), '__proto__', 'constructor'])
      expect(find(absent)).toBeUndefined();
  });

  it('may be empty, hold more than we know, and name one document twice', () => {
    expect(parseManifest(aManifest()).documents).toEqual([]);
    const more = { ...JSON.parse(aManifest(BODY, BODY)), generatedBy: 'somebody' };
    expect(parseManifest(JSON.stringify(more)).documents).toHaveLength(1);
  });

  it.each<[string, string]>([
    ['no JSON', '{'],
    ['empty', ''],
    ['a list', '[]'],
    ['null', 'null'],
    ['of another format', JSON.stringify({ format: 'relay', version: 1, operations: [] })],
    ['of another version', JSON.stringify({ format: 'apollo-persisted-query-manifest', version: 2, operations: [] })],
    ['without operations', JSON.stringify({ format: 'apollo-persisted-query-manifest', version: 1 })],
    [
      'with an operation that is none',
      JSON.stringify({ format: 'apollo-persisted-query-manifest', version: 1, operations: ['secret'] }),
    ],
    ['with an operation without ID', aManifest(anOperation('{ secret }', { id: '' }))],
    ['with an operation without body', aManifest(anOperation('{ secret }', { body: '' }))],
    ['with two bodies of one ID', aManifest(anOperation('{ a }', { id: 'x' }), anOperation('{ secret }', { id: 'x' }))],
  ])('is refused when it is %s, without quoting it', (_, text) => {
    const parse = () => parseManifest(text);
    expect(parse).toThrow(ManifestError);
    expect(parse).not.toThrow(/secret/);
  });
});
