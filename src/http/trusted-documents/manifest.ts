import { createHash } from 'node:crypto';

/** One operation that clients may send, with every fragment that it needs. */
export interface TrustedDocument {
  /** As the client sends it; Apollo's generator takes the SHA-256 of the body. */
  readonly id: string;
  readonly name: string;
  readonly body: string;
}

export interface Manifest {
  readonly documents: readonly TrustedDocument[];
  /** By the ID in the manifest, or by the SHA-256 of the body in lower-case hexadecimal. */
  find(idOrHash: string): TrustedDocument | undefined;
}

/** The manifest cannot be used. The message says where and what would be right, and quotes nothing of it. */
export class ManifestError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ManifestError';
  }
}

const FORMAT = 'apollo-persisted-query-manifest';
const VERSION = 1;

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function textOf(operation: Record<string, unknown>, property: 'id' | 'name' | 'body', index: number): string {
  const text = operation[property];
  if (typeof text === 'string' && text !== '') return text;
  throw new ManifestError(`operations[${index}].${property} of the manifest has to be a text`);
}

/**
 * Reads a manifest in Apollo's format, version 1: `{"format": "apollo-persisted-query-manifest", "version": 1, "operations":
 * [{"id", "name", "type", "body"}]}`. Whether the documents fit the schema is another question.
 * @throws {ManifestError}
 * @see https://www.apollographql.com/docs/graphos/platform/security/persisted-queries#manifest-format
 */
export function parseManifest(text: string): Manifest {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new ManifestError('the manifest is no JSON');
  }
  if (!isRecord(json) || json.format !== FORMAT || json.version !== VERSION || !Array.isArray(json.operations)) {
    throw new ManifestError(`the manifest has to have "format": "${FORMAT}", "version": ${VERSION} and "operations"`);
  }
  const byId = new Map<string, TrustedDocument>();
  const byHash = new Map<string, TrustedDocument>();
  json.operations.forEach((operation: unknown, index) => {
    if (!isRecord(operation)) throw new ManifestError(`operations[${index}] of the manifest has to be an object`);
    const id = textOf(operation, 'id', index);
    const document = { id, name: textOf(operation, 'name', index), body: textOf(operation, 'body', index) };
    const other = byId.get(id);
    if (other && other.body !== document.body) {
      throw new ManifestError(`operations[${index}] of the manifest has the ID of another one`);
    }
    byId.set(id, document);
    byHash.set(createHash('sha256').update(document.body).digest('hex'), document);
  });
  return {
    documents: [...byId.values()],
    // The ID first: a manifest may name its documents as it likes.
    find: (idOrHash) => byId.get(idOrHash) ?? byHash.get(idOrHash),
  };
}
