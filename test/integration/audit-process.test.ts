import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawnGateway, startGatewayProcess } from '../support/gateway-process.js';
import { closeAfterAll } from '../support/teardown.js';

/** As nobody: refused at the door, which is a line all the same. */
async function tryToTerminate(url: string): Promise<void> {
  const query = 'mutation { terminateCard(input: {cardId: "11111111-2222-4333-8444-555555555555"}) { card { id } } }';
  const headers = { 'content-type': 'application/json' };
  await fetch(`${url}/graphql`, { method: 'POST', headers, body: JSON.stringify({ query }) });
}

const auditLines = (text: string) => text.split('\n').filter((line) => line.startsWith('{"stream":"audit"'));
const LINE = { mutation: 'terminateCard', outcome: 'refused', code: 'UNAUTHENTICATED', subject: null };

describe('a gateway as a process', () => {
  it('writes audit lines to standard output, all of them before it ends', async () => {
    const gateway = await startGatewayProcess({});
    for (let count = 0; count < 20; count++) await tryToTerminate(gateway.url);
    gateway.kill('SIGTERM');
    expect(await gateway.exited).toBe(0);
    const lines = auditLines(gateway.stdout());
    expect(lines).toHaveLength(20);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject(LINE);
    expect(auditLines(gateway.stderr())).toEqual([]);
  });

  it('writes them to a file that AUDIT_LOG names', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'gateway-audit-'));
    closeAfterAll(async () => rmSync(directory, { recursive: true }));
    const gateway = await startGatewayProcess({ AUDIT_LOG: join(directory, 'audit.log') });
    await tryToTerminate(gateway.url);
    expect(auditLines(readFileSync(join(directory, 'audit.log'), 'utf8'))).toHaveLength(1);
    expect(auditLines(gateway.stdout())).toEqual([]);
  });

  it('does not start when that file cannot be written', async () => {
    const gateway = spawnGateway({ PORT: '0', AUDIT_LOG: '/no/such/directory/audit.log' });
    expect(await gateway.exited).toBe(78);
    expect(gateway.stderr()).toBe('Cannot start: AUDIT_LOG cannot be written (ENOENT).\n');
  });
});
