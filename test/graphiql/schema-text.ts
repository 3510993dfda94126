import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const packageDir = join(__dirname, '..', '..');
const CANDIDATES = ['schema.graphql', 'test/schema/target.graphql'];

/** SDL of the gateway's schema as emitted; before it was emitted, of the public contract. */
export function readSchemaText(): string {
  const path = CANDIDATES.map((name) => join(packageDir, name)).find((candidate) => existsSync(candidate));
  if (path === undefined) throw new Error('No schema.graphql: npm run schema');
  return readFileSync(path, 'utf8');
}
