import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type AuditActor, createAuditLog, type SettledMutation } from '../../src/observability/audit-log.js';

const NOW = new Date('2026-11-02T10:00:00.000Z');
const ACTOR: AuditActor = {
  requestId: 'request-1',
  caller: { subject: 'user-1', callerId: 'caller-1', customerId: 'customer-1' },
};
const SETTLED: SettledMutation = {
  mutation: 'deactivateCard',
  key: 'key-1',
  entityId: 'card-1',
  outcome: 'succeeded',
  upstreamStatus: 200,
  durationMs: 12.7,
  replayed: false,
};

function collecting() {
  const lines: string[] = [];
  return { lines, audit: createAuditLog({ target: { write: (line) => void lines.push(line) }, now: () => NOW }) };
}

it('writes one JSON line with who, what, which entity, key and outcome', () => {
  const { lines, audit } = collecting();
  audit.settled(ACTOR, SETTLED);
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatch(/^\{.*\}\n$/);
  expect(JSON.parse(lines[0] ?? '')).toEqual({
    stream: 'audit',
    time: '2026-11-02T10:00:00.000Z',
    requestId: 'request-1',
    subject: 'user-1',
    callerId: 'caller-1',
    customerId: 'customer-1',
    mutation: 'deactivateCard',
    entityId: 'card-1',
    idempotencyKey: 'key-1',
    outcome: 'succeeded',
    code: null,
    replayed: false,
    upstreamStatus: 200,
    durationMs: 13,
  });
});

it('has the same properties for what was refused, with the code, also when nobody asked', () => {
  const { lines, audit } = collecting();
  audit.settled(ACTOR, SETTLED);
  audit.refused({ requestId: 'request-2', caller: null }, { mutation: 'closeAccount', code: 'UNAUTHENTICATED' });
  const [settled, refused] = lines.map((line) => JSON.parse(line));
  expect(Object.keys(refused)).toEqual(Object.keys(settled));
  expect(refused).toMatchObject({
    subject: null,
    callerId: null,
    mutation: 'closeAccount',
    outcome: 'refused',
    code: 'UNAUTHENTICATED',
    idempotencyKey: null,
  });
});

it('lets nothing in that is not named, no line break and no endless subject', () => {
  const { lines, audit } = collecting();
  const subject = `a\n{"stream":"audit"}${'x'.repeat(10_000)}`;
  const caller = { ...ACTOR.caller, subject, callerId: 'c', customerId: null, scopes: 'planted' };
  audit.settled({ ...ACTOR, caller }, { ...SETTLED, input: 'planted' } as SettledMutation);
  expect(lines.join('')).not.toContain('planted');
  expect(lines.join('').match(/\n/g)).toHaveLength(1);
  expect(JSON.parse(lines[0] ?? '').subject).toBe(subject.slice(0, 255));
});

describe('a file', () => {
  const directory = mkdtempSync(join(tmpdir(), 'gateway-audit-'));
  const file = join(directory, 'audit.log');
  afterAll(() => rmSync(directory, { recursive: true }));

  it('is made for its owner only, and has the line at once', async () => {
    const audit = createAuditLog({ target: { file } });
    audit.settled(ACTOR, SETTLED);
    expect(readFileSync(file, 'utf8')).toContain('"mutation":"deactivateCard"');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    await audit.close();
  });

  it('is added to and not begun anew', async () => {
    const audit = createAuditLog({ target: { file } });
    audit.settled(ACTOR, SETTLED);
    await audit.close();
    expect(readFileSync(file, 'utf8').trim().split('\n')).toHaveLength(2);
  });

  it('that cannot be opened is told at the start', () => {
    expect(() => createAuditLog({ target: { file: join(directory, 'no', 'such', 'directory') } })).toThrow('ENOENT');
  });
});

it('writes nothing when it is off', async () => {
  const audit = createAuditLog({ target: 'off' });
  audit.settled(ACTOR, SETTLED);
  await expect(audit.close()).resolves.toBeUndefined();
});
