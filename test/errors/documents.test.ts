import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  toClientError,
  UpstreamFailure,
  type UpstreamFailureKind,
} from '../../src/datasources/http/upstream-failure.js';
import { ERROR_CODES } from '../../src/errors/error-code.js';
import { UserErrorCode } from '../../src/schema/user-error/user-error-code.enum.js';

const page = readFileSync(join(__dirname, '../../docs/reference/errors.md'), 'utf8');

/** Rows of the table below a heading, cell by cell, each begun by a code in back quotes. */
function rowsBelow(heading: string): string[][] {
  const section = page.split(/^## /m).find((text) => text.startsWith(heading)) ?? '';
  const rows = section.match(/^\| `[A-Z_]+` \|.*\|$/gm) ?? [];
  return rows.map((row) =>
    row
      .slice(1, -1)
      .split(' | ')
      .map((cell) => cell.trim().replace(/^`([A-Z_]+)`$/, '$1')),
  );
}

const errors = rowsBelow('Codes under `errors`');
const userErrors = rowsBelow('Codes under `userErrors`');

it('describes every error code, each once, and no others', () => {
  expect(errors.map(([code]) => code)).toEqual([...ERROR_CODES].sort());
});

it('describes every code of user errors, each once, and no others', () => {
  expect(userErrors.map(([code]) => code)).toEqual(Object.values(UserErrorCode));
});

it('says of each code the HTTP status, whether it can be repeated, when it is met and what to do', () => {
  for (const row of errors) {
    expect(row).toHaveLength(5);
    expect(row[1]).toMatch(/^[2-5]\d\d/);
    expect(row[2]).toMatch(/^(yes|no)$/);
  }
  for (const row of userErrors) {
    expect(row).toHaveLength(6);
    expect(row[3]).toMatch(/^(yes|no)/);
  }
  expect([...errors, ...userErrors].flat().every((cell) => cell.length > 1)).toBe(true);
});

it.each<[UpstreamFailureKind, number | undefined]>([
  ['unreachable', undefined],
  ['timeout', undefined],
  ['invalid', undefined],
  ['credentials', 401],
  ['status', 400],
  ['status', 503],
])('says of %s %p whether it can be repeated, as the gateway does', (kind, status) => {
  const failure = new UpstreamFailure({ kind, route: '/cards', ...(status !== undefined && { status }) });
  const { code, retryable } = toClientError(failure).extensions;
  expect(errors.find(([name]) => name === code)?.[2]).toBe(retryable ? 'yes' : 'no');
});
