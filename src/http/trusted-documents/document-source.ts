import type { TrustedDocumentsMode } from '../../config/gateway-config.js';
import { BoundedMap } from '../../datasources/cache/bounded-map.js';
import { GatewayError } from '../../errors/gateway-error.js';
import { type DocumentRequest, documentIdOf, textOf } from './document-request.js';
import type { Manifest } from './manifest.js';

/** The text of a document, and how the gateway came by it. */
export interface ResolvedDocument {
  readonly text: string;
  /** SHA-256 of the text, in lower-case hexadecimal. */
  readonly hash: string;
  /** Whether the client asks to have it remembered by its hash. */
  readonly isForRegistration: boolean;
}

/** From what a client has sent to the text of a document: trusted documents, and automatic persisted queries. */
export interface DocumentSource {
  /**
   * @throws {GatewayError} `BAD_REQUEST` for a request without a document or with an unusable ID, `DOCUMENT_NOT_TRUSTED` for
   * one that is not in the manifest where that is enforced, and for a hash that leads nowhere `PERSISTED_QUERY_NOT_FOUND`, or
   * `PERSISTED_QUERY_NOT_SUPPORTED` where none ever would
   */
  resolve(request: DocumentRequest): ResolvedDocument;
  /** Remembers a document that has proved good, if its client asked for that and automatic persisted queries are on. */
  register(document: ResolvedDocument): void;
}

export interface DocumentSourceOptions {
  mode: TrustedDocumentsMode;
  /** The manifest of the moment; null with the mode `off`. */
  manifest: () => Manifest | null;
  /** Whether clients may register documents. */
  automatic: boolean;
  hashOf: (text: string) => string;
  /** Hears of each request for a document that is not in the manifest, but for the mode `off`. */
  onUntrusted: (hash: string) => void;
}

/** Text of all registered documents together; the ones used longest ago go first. */
const MAX_REGISTERED_CHARACTERS = 2_000_000;

/** The status that Apollo's clients know with these messages. */
const PERSISTED_QUERY = { httpStatus: 200 };

export function createDocumentSource(options: DocumentSourceOptions): DocumentSource {
  const { mode, manifest, automatic, hashOf, onUntrusted } = options;
  const registered = new BoundedMap<string>({
    maxWeight: MAX_REGISTERED_CHARACTERS,
    weigh: (text) => text.length,
  });

  function refuseUntrusted(hash: string): void {
    if (mode === 'off') return;
    onUntrusted(hash);
    if (mode === 'log') return;
    throw new GatewayError('DOCUMENT_NOT_TRUSTED', 'Only the documents of the manifest are answered here.', {
      httpStatus: 400,
    });
  }

  function ofId(id: string): ResolvedDocument {
    const text = manifest()?.find(id)?.body ?? registered.get(id);
    if (text !== undefined) return { text, hash: hashOf(text), isForRegistration: false };
    // An ID can be any text; a log line holds hashes only.
    if (mode === 'enforce') refuseUntrusted(/^[0-9a-f]{64}$/.test(id) ? id : hashOf(id));
    if (mode === 'log' || automatic) {
      throw new GatewayError('PERSISTED_QUERY_NOT_FOUND', 'PersistedQueryNotFound', PERSISTED_QUERY);
    }
    throw new GatewayError('PERSISTED_QUERY_NOT_SUPPORTED', 'PersistedQueryNotSupported', PERSISTED_QUERY);
  }

  return {
    resolve(request) {
      const id = documentIdOf(request);
      const text = textOf(request);
      if (text === null && id === null) {
        throw new GatewayError('BAD_REQUEST', 'Send a document in "query", or the ID of one in "documentId".', {
          httpStatus: 400,
        });
      }
      if (text === null) return ofId(id as string);
      const hash = hashOf(text);
      const trusted = manifest()?.find(hash);
      if (id !== null && id !== hash && manifest()?.find(id)?.body !== text) {
        throw new GatewayError(
          'BAD_REQUEST',
          'The hash is not that of the document: provided sha does not match query.',
          {
            httpStatus: 400,
          },
        );
      }
      if (trusted?.body !== text) refuseUntrusted(hash);
      return { text, hash, isForRegistration: automatic && id === hash };
    },
    register({ text, hash, isForRegistration }) {
      if (isForRegistration) registered.set(hash, text);
    },
  };
}
