import { GatewayError } from '../../errors/gateway-error.js';

/** How a client may name or send a document, over any transport; nothing of it is checked yet. */
export interface DocumentRequest {
  /** Its text. */
  readonly query?: unknown;
  /** Appendix A of GraphQL over HTTP, "Persisted Documents": `sha256:` and the hash, or an ID of the manifest. */
  readonly documentId?: unknown;
  /** Apollo's form: `{"persistedQuery": {"version": 1, "sha256Hash": "…"}}`. */
  readonly extensions?: unknown;
}

const SHA256_PREFIX = 'sha256:';
const MAX_ID_LENGTH = 256;

function unusable(message: string, field: readonly string[]): GatewayError {
  return new GatewayError('BAD_REQUEST', message, { httpStatus: 400, field });
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function persistedQueryOf(extensions: unknown): string | null {
  const persistedQuery =
    isRecord(extensions) && Object.hasOwn(extensions, 'persistedQuery') && extensions.persistedQuery;
  if (!persistedQuery) return null;
  const { version, sha256Hash } = isRecord(persistedQuery) ? persistedQuery : {};
  if (version === 1 && typeof sha256Hash === 'string' && sha256Hash !== '') return sha256Hash;
  throw unusable('A persisted query has to have "version": 1 and a "sha256Hash".', ['extensions', 'persistedQuery']);
}

/** The ID by which a client names a document, without a prefix; null when it names none. Throws `BAD_REQUEST`. */
export function documentIdOf({ documentId, extensions }: DocumentRequest): string | null {
  const persisted = persistedQueryOf(extensions);
  if (documentId === undefined || documentId === null) return persisted && shortened(persisted);
  if (typeof documentId !== 'string' || documentId === '') {
    throw unusable('The ID of a document has to be a text.', ['documentId']);
  }
  const id = documentId.startsWith(SHA256_PREFIX) ? documentId.slice(SHA256_PREFIX.length) : documentId;
  if (persisted !== null && persisted !== id) {
    throw unusable('"documentId" and "sha256Hash" name two documents.', ['documentId']);
  }
  return shortened(id);
}

function shortened(id: string): string {
  if (id.length <= MAX_ID_LENGTH) return id;
  throw unusable(`The ID of a document has at most ${MAX_ID_LENGTH} characters.`, ['documentId']);
}

/** The text of a document; null when there is none. Throws `BAD_REQUEST`. */
export function textOf({ query }: DocumentRequest): string | null {
  if (query === undefined || query === null || query === '') return null;
  if (typeof query !== 'string') throw unusable('The document in "query" has to be a text.', ['query']);
  return query;
}
