import { createHash } from 'node:crypto';

export const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

export interface ManifestOperation {
  id: string;
  name: string;
  type: string;
  body: string;
}

/** An operation as Apollo's generator writes it: the ID is the hash. */
export function anOperation(body: string, changes: Partial<ManifestOperation> = {}): ManifestOperation {
  return { id: sha256(body), name: /\w+ (\w+)/.exec(body)?.[1] ?? 'Anonymous', type: 'query', body, ...changes };
}

export function aManifest(...operations: (string | ManifestOperation)[]): string {
  return JSON.stringify({
    format: 'apollo-persisted-query-manifest',
    version: 1,
    operations: operations.map((operation) => (typeof operation === 'string' ? anOperation(operation) : operation)),
  });
}
