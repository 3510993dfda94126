import 'reflect-metadata';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ALL_SCOPES } from '../../src/auth/inbound/scope.js';
import { buildGatewaySchema } from '../../src/resolvers/build-schema.js';
import type { DoorRule } from '../../src/resolvers/door.js';
import { doorsOf } from '../resolvers/doors.js';

const reference = readFileSync(join(__dirname, '../../docs/reference/access.md'), 'utf8');

/** A row of the table of fields, as it has to stand there. */
function rowOf(path: string, { scope, programmeOnly }: DoorRule): string {
  const scopes = [scope, programmeOnly ? 'programme' : null].filter((name) => name !== null);
  return `| \`${path}\` | ${scopes.length > 0 ? scopes.map((name) => `\`${name}\``).join(', ') : 'any token'} |`;
}

describe('docs/reference/access.md', () => {
  it('has every door of the schema with its scopes, and no other', () => {
    const rows = reference.match(/^\| `[A-Z]\w+\.\w+` \|.*\|$/gm) ?? [];
    const expected = doorsOf(buildGatewaySchema({ simulator: true })).map(({ path, field }) =>
      rowOf(path, field.extensions.door as DoorRule),
    );
    expect([...rows].sort()).toEqual(expected.sort());
  });

  it('explains every scope', () => {
    const [, scopes = ''] = /\n## Scopes\n(.*?)\n## /s.exec(reference) ?? [];
    const explained = [...scopes.matchAll(/^\| `([a-z:]+)` \| [^|]+ \|$/gm)].map(([, name]) => name);
    expect(explained.sort()).toEqual([...ALL_SCOPES].sort());
  });
});
