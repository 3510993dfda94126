import { createPublicKey } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseSigningKey } from '../../../src/auth/outbound/signing-key.js';
import { createKeys } from '../../../src/commands/create-keys.js';
import { verifiesP384 } from './signing-test-kit.js';

let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'create-keys-'));
});

afterEach(async () => {
  await rm(directory, { recursive: true });
});

async function run(...args: string[]) {
  let out = '';
  let error = '';
  const exitCode = await createKeys({
    args,
    directory,
    writeOut: (text) => {
      out += text;
    },
    writeError: (text) => {
      error += text;
    },
  });
  return { exitCode, out, error };
}

describe('npm run keys', () => {
  it('makes a pair that signs and verifies', async () => {
    expect((await run()).exitCode).toBe(0);
    expect(await readdir(directory)).toEqual(['offblocks-signing-key.pem', 'offblocks-signing-key.pub.pem']);
    const privatePem = await readFile(join(directory, 'offblocks-signing-key.pem'), 'utf8');
    const publicPem = await readFile(join(directory, 'offblocks-signing-key.pub.pem'), 'utf8');
    expect(privatePem).toMatch(/^-----BEGIN PRIVATE KEY-----\n/);
    expect(publicPem).toMatch(/^-----BEGIN PUBLIC KEY-----\n/);
    const data = Buffer.from('data');
    const signature = await parseSigningKey({ pem: privatePem, keyId: 'key-1' }).sign(data);
    expect(verifiesP384({ publicKey: createPublicKey(publicPem), data, signature })).toBe(true);
  });

  it('lets nobody but the owner read the private key', async () => {
    await run();
    const { mode } = await stat(join(directory, 'offblocks-signing-key.pem'));
    expect(mode & 0o777).toBe(0o600);
  });

  it('prints the public key as it is registered, and nothing of the private one', async () => {
    const { out, error } = await run();
    const privatePem = await readFile(join(directory, 'offblocks-signing-key.pem'), 'utf8');
    const publicPem = await readFile(join(directory, 'offblocks-signing-key.pub.pem'), 'utf8');
    expect(out).toContain('PUT {base URL}/auth/signing');
    expect(out).toContain(JSON.stringify({ publicKey: Buffer.from(publicPem).toString('base64') }));
    expect(out).toContain('inferred');
    expect(out).toContain(parseSigningKey({ pem: privatePem, keyId: 'key-1' }).fingerprint);
    for (const line of privatePem.trim().split('\n')) expect(out + error).not.toContain(line);
    expect(out + error).not.toContain(Buffer.from(privatePem).toString('base64').slice(0, 60));
  });

  it.each([
    ['a directory that is there', ['--out', '.'], 'offblocks-signing-key.pem', 'offblocks-signing-key.pub.pem'],
    ['a directory to be made', ['--out', 'a/b/'], 'a/b/offblocks-signing-key.pem', 'a/b/offblocks-signing-key.pub.pem'],
    ['a file', ['--out=my.pem'], 'my.pem', 'my.pub.pem'],
    ['a file without an ending', ['--out', 'my'], 'my', 'my.pub.pem'],
  ])('writes to %s', async (_, args, privateName, publicName) => {
    expect((await run(...args)).exitCode).toBe(0);
    expect(await readFile(join(directory, privateName), 'utf8')).toContain('PRIVATE KEY');
    expect(await readFile(join(directory, publicName), 'utf8')).toContain('PUBLIC KEY');
  });

  it.each(['my.pem', 'my.pub.pem'])('leaves an existing %s alone, and nothing new beside it', async (name) => {
    await writeFile(join(directory, name), 'mine');
    const { exitCode, out, error } = await run('--out', 'my.pem');
    expect([exitCode, out]).toEqual([2, '']);
    expect(error).toContain(`${join(directory, name)} exists`);
    expect(await readdir(directory)).toEqual([name]);
    expect(await readFile(join(directory, name), 'utf8')).toBe('mine');
  });

  it('does not write through a symbolic link that leads nowhere', async () => {
    await symlink(join(directory, 'elsewhere'), join(directory, 'my.pem'));
    expect((await run('--out', 'my.pem')).exitCode).toBe(2);
    expect(await readdir(directory)).toEqual(['my.pem']);
  });

  it.each([[['--force']], [['somewhere']], [['--out']], [['--out', '']]])(
    'explains itself and exits with 2 for %j',
    async (args) => {
      const { exitCode, out, error } = await run(...args);
      expect([exitCode, out]).toEqual([2, '']);
      expect(error).toContain('npm run keys');
      expect(await readdir(directory)).toEqual([]);
    },
  );

  it('exits with 1 where it cannot write', async () => {
    await writeFile(join(directory, 'file'), '');
    const { exitCode, error } = await run('--out', 'file/below/key.pem');
    expect(exitCode).toBe(1);
    expect(error).toContain('The keys were not made');
  });

  it('shows its use when asked', async () => {
    const { exitCode, out } = await run('--help');
    expect(exitCode).toBe(0);
    expect(out).toContain('npm run keys -- --out');
    expect(await readdir(directory)).toEqual([]);
  });
});
