import type { TrustedDocumentsMode } from '../../../src/config/gateway-config.js';
import { GatewayError } from '../../../src/errors/gateway-error.js';
import { createDocumentSource } from '../../../src/http/trusted-documents/document-source.js';
import { parseManifest } from '../../../src/http/trusted-documents/manifest.js';
import { aManifest, anOperation, sha256 } from './trusted-documents-kit.js';

const KNOWN = '{ viewer { subject } }';
const NAMED = '{ viewer { scopes } }';
const UNKNOWN = '{ cards { totalCount } }';

function aSource(mode: TrustedDocumentsMode, automatic = false) {
  const untrusted: string[] = [];
  const manifest = parseManifest(aManifest(KNOWN, anOperation(NAMED, { id: 'named' })));
  const source = createDocumentSource({
    mode,
    manifest: () => (mode === 'off' ? null : manifest),
    automatic,
    hashOf: sha256,
    onUntrusted: (hash) => untrusted.push(hash),
  });
  /** The text, or the code of the refusal. */
  const resolve = (request: Parameters<typeof source.resolve>[0]) => {
    try {
      return source.resolve(request).text;
    } catch (error) {
      if (error instanceof GatewayError) return error.code;
      throw error;
    }
  };
  return { source, resolve, untrusted };
}

const persisted = (sha256Hash: unknown, version: unknown = 1) => ({
  extensions: { persistedQuery: { version, sha256Hash } },
});

describe('the source of documents', () => {
  it.each<
    [
      string,
      Parameters<ReturnType<typeof aSource>['resolve']>[0],
      Record<'off' | 'log' | 'enforce' | 'automatic', string>,
    ]
  >([
    ['a text of the manifest', { query: KNOWN }, { off: KNOWN, log: KNOWN, enforce: KNOWN, automatic: KNOWN }],
    [
      'another text',
      { query: UNKNOWN },
      { off: UNKNOWN, log: UNKNOWN, enforce: 'DOCUMENT_NOT_TRUSTED', automatic: UNKNOWN },
    ],
    [
      'a text that differs by a blank',
      { query: `${KNOWN} ` },
      { off: `${KNOWN} `, log: `${KNOWN} `, enforce: 'DOCUMENT_NOT_TRUSTED', automatic: `${KNOWN} ` },
    ],
    [
      "Apollo's hash of the manifest",
      persisted(sha256(KNOWN)),
      { off: 'PERSISTED_QUERY_NOT_SUPPORTED', log: KNOWN, enforce: KNOWN, automatic: 'PERSISTED_QUERY_NOT_FOUND' },
    ],
    [
      "Apollo's hash and its text",
      { query: KNOWN, ...persisted(sha256(KNOWN)) },
      { off: KNOWN, log: KNOWN, enforce: KNOWN, automatic: KNOWN },
    ],
    [
      'an ID of the manifest',
      { documentId: 'named' },
      { off: 'PERSISTED_QUERY_NOT_SUPPORTED', log: NAMED, enforce: NAMED, automatic: 'PERSISTED_QUERY_NOT_FOUND' },
    ],
    [
      'an ID of the manifest and its text',
      { documentId: 'named', query: NAMED },
      { off: 'BAD_REQUEST', log: NAMED, enforce: NAMED, automatic: 'BAD_REQUEST' },
    ],
    [
      'a hash with its prefix',
      { documentId: `sha256:${sha256(KNOWN)}` },
      { off: 'PERSISTED_QUERY_NOT_SUPPORTED', log: KNOWN, enforce: KNOWN, automatic: 'PERSISTED_QUERY_NOT_FOUND' },
    ],
    [
      'the hash of a body with an ID of its own',
      { documentId: `sha256:${sha256(NAMED)}` },
      { off: 'PERSISTED_QUERY_NOT_SUPPORTED', log: NAMED, enforce: NAMED, automatic: 'PERSISTED_QUERY_NOT_FOUND' },
    ],
    [
      'both kinds of hash',
      { documentId: `sha256:${sha256(KNOWN)}`, ...persisted(sha256(KNOWN)) },
      { off: 'PERSISTED_QUERY_NOT_SUPPORTED', log: KNOWN, enforce: KNOWN, automatic: 'PERSISTED_QUERY_NOT_FOUND' },
    ],
    [
      'an unknown hash',
      persisted(sha256(UNKNOWN)),
      {
        off: 'PERSISTED_QUERY_NOT_SUPPORTED',
        log: 'PERSISTED_QUERY_NOT_FOUND',
        enforce: 'DOCUMENT_NOT_TRUSTED',
        automatic: 'PERSISTED_QUERY_NOT_FOUND',
      },
    ],
    [
      'an unknown hash and its text',
      { query: UNKNOWN, ...persisted(sha256(UNKNOWN)) },
      { off: UNKNOWN, log: UNKNOWN, enforce: 'DOCUMENT_NOT_TRUSTED', automatic: UNKNOWN },
    ],
    [
      'the hash of another text',
      { query: UNKNOWN, ...persisted(sha256(KNOWN)) },
      { off: 'BAD_REQUEST', log: 'BAD_REQUEST', enforce: 'BAD_REQUEST', automatic: 'BAD_REQUEST' },
    ],
    [
      'a name that every object has',
      { documentId: '__proto__' },
      {
        off: 'PERSISTED_QUERY_NOT_SUPPORTED',
        log: 'PERSISTED_QUERY_NOT_FOUND',
        enforce: 'DOCUMENT_NOT_TRUSTED',
        automatic: 'PERSISTED_QUERY_NOT_FOUND',
      },
    ],
  ])('answers %s', (_, request, expected) => {
    expect(aSource('off').resolve(request)).toBe(expected.off);
    expect(aSource('log').resolve(request)).toBe(expected.log);
    expect(aSource('enforce').resolve(request)).toBe(expected.enforce);
    expect(aSource('off', true).resolve(request)).toBe(expected.automatic);
  });

  it.each<[string, Parameters<ReturnType<typeof aSource>['resolve']>[0]]>([
    ['nothing', {}],
    ['an empty text', { query: '' }],
    ['null', { query: null, documentId: null, extensions: null }],
    ['a text that is none', { query: { kind: 'Document' } }],
    ['an ID that is none', { documentId: 7 }],
    ['an empty ID', { documentId: '' }],
    ['an ID without end', { documentId: 'x'.repeat(257) }],
    ['two different IDs', { documentId: 'named', ...persisted(sha256(KNOWN)) }],
    ['a persisted query of another version', persisted(sha256(KNOWN), 2)],
    ['a persisted query without a version', persisted(sha256(KNOWN), null)],
    ['a persisted query without a hash', persisted(undefined)],
    ['a hash that is none', persisted({})],
    ['a persisted query that is a text', { extensions: { persistedQuery: sha256(KNOWN) } }],
  ])('refuses %s as no request', (_, request) => {
    for (const mode of ['off', 'log', 'enforce'] as const)
      expect(aSource(mode, mode !== 'enforce').resolve(request)).toBe('BAD_REQUEST');
  });

  it('tells of each request for a document that is not in the manifest, by hash only', () => {
    for (const mode of ['log', 'enforce'] as const) {
      const { resolve, untrusted } = aSource(mode);
      for (const query of [KNOWN, UNKNOWN, UNKNOWN]) resolve({ query });
      expect(untrusted).toEqual([sha256(UNKNOWN), sha256(UNKNOWN)]);
    }
    const { resolve, untrusted } = aSource('enforce');
    resolve({ documentId: 'eyJhbGciOi.secret' });
    expect(untrusted).toEqual([sha256('eyJhbGciOi.secret')]);
    const off = aSource('off');
    off.resolve({ query: UNKNOWN });
    expect(off.untrusted).toEqual([]);
  });

  it('names a document by its hash once it has proved good, and not before', () => {
    const { source, resolve } = aSource('off', true);
    const request = { query: UNKNOWN, ...persisted(sha256(UNKNOWN)) };
    const resolved = source.resolve(request);
    expect(resolve(persisted(sha256(UNKNOWN)))).toBe('PERSISTED_QUERY_NOT_FOUND');
    source.register(resolved);
    expect(resolve(persisted(sha256(UNKNOWN)))).toBe(UNKNOWN);
  });

  it.each([
    ['a client that did not ask for it', true, { query: UNKNOWN }],
    ['a gateway that has it off', false, { query: UNKNOWN, ...persisted(sha256(UNKNOWN)) }],
  ])('remembers nothing for %s', (_, automatic, request) => {
    const { source, resolve } = aSource('log', automatic);
    source.register(source.resolve(request));
    expect(resolve(persisted(sha256(UNKNOWN)))).toBe('PERSISTED_QUERY_NOT_FOUND');
  });

  it('remembers a bounded amount of text', () => {
    const { source, resolve } = aSource('off', true);
    const texts = Array.from({ length: 60 }, (_, index) => `{ a${index} } #${'x'.repeat(50_000)}`);
    for (const query of texts) source.register(source.resolve({ query, ...persisted(sha256(query)) }));
    const kept = texts.filter((text) => resolve(persisted(sha256(text))) === text);
    expect(kept).toEqual(texts.slice(-kept.length));
    expect(kept.length).toBeLessThan(45);
    expect(kept.length).toBeGreaterThan(30);
  });
});
