import { chmod, mkdir, mkdtemp, rename, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import type { SigningKeyError } from '../../../src/auth/outbound/signing-key-error.js';
import { openSigningKeyFile, type SigningKeyFile } from '../../../src/auth/outbound/signing-key-file.js';
import { aPem } from './signing-test-kit.js';

const [one, two] = [aPem('secp384r1'), aPem('secp384r1')];
const textOf = (keyId: string, pem: string) => `keyid: ${keyId}\n${pem}`;

let directory: string;
let path: string;
let problems: SigningKeyError[];
let opened: SigningKeyFile[];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'signing-key-file-'));
  path = join(directory, 'key.pem');
  problems = [];
  opened = [];
});

afterEach(async () => {
  for (const file of opened) file.close();
  await rm(directory, { recursive: true });
});

async function put(text: string, mode = 0o600): Promise<void> {
  await writeFile(`${path}.new`, text, { mode });
  await rename(`${path}.new`, path);
}

async function open(options: { keyId?: string; intervalMs?: number; path?: string } = {}): Promise<SigningKeyFile> {
  // An interval that never comes to pass within a test: each test looks when it wants to.
  const file = await openSigningKeyFile({
    path,
    intervalMs: 3_600_000,
    onProblem: (p) => problems.push(p),
    ...options,
  });
  opened.push(file);
  return file;
}

const codes = () => problems.map(({ code }) => code);

describe('a signing key file', () => {
  it('gives its keys at the start, the first signing', async () => {
    await put(`${textOf('a', one)}${textOf('b', two)}`);
    const { ring } = await open();
    expect(ring.keys.map(({ keyId }) => keyId)).toEqual(['a', 'b']);
    expect(codes()).toEqual([]);
  });

  it('uses the key ID that is set for a key that names none', async () => {
    await put(one);
    const { ring } = await open({ keyId: 'set' });
    expect(ring.signingKey.keyId).toBe('set');
  });

  it.each([
    ['is missing', async () => undefined, 'KEY_FILE_UNREADABLE'],
    ['is a directory', async () => mkdir(path), 'KEY_FILE_UNREADABLE'],
    ['is far too large', async () => put('x'.repeat(70_000)), 'KEY_FILE_UNREADABLE'],
    ['holds no key', async () => put('hello'), 'KEY_NOT_PEM'],
    ['holds a key on another curve', async () => put(textOf('a', aPem('prime256v1'))), 'KEY_WRONG_CURVE'],
  ])('is refused at the start when it %s', async (_, prepare, code) => {
    await prepare();
    await expect(open()).rejects.toMatchObject({ name: 'SigningKeyError', code });
  });

  it('hands over to the new key when it is replaced', async () => {
    await put(textOf('a', one));
    const { ring, check } = await open();
    const before = ring.signingKey;
    await put(`${textOf('b', two)}${textOf('a', one)}`);
    await check();
    expect(ring.keys.map(({ keyId }) => keyId)).toEqual(['b', 'a']);
    expect(before.keyId).toBe('a');
    expect(await before.sign(Buffer.from('in flight'))).toHaveLength(96);
  });

  it('notices a change that keeps the length and the modification time', async () => {
    const time = new Date('2024-01-01T00:00:00Z');
    await put(textOf('a', one));
    await utimes(path, time, time);
    const { ring, check } = await open();
    await put(textOf('b', one));
    await utimes(path, time, time);
    await check();
    expect(ring.signingKey.keyId).toBe('b');
  });

  it('notices a symbolic link that is swapped, as Kubernetes does it', async () => {
    for (const [version, text] of [
      ['v1', textOf('a', one)],
      ['v2', textOf('b', two)],
    ] as const) {
      await mkdir(join(directory, version));
      await writeFile(join(directory, version, 'key.pem'), text, { mode: 0o600 });
    }
    await symlink('v1', join(directory, '..data'));
    await symlink(join('..data', 'key.pem'), path);
    const { ring, check } = await open();
    expect(ring.signingKey.keyId).toBe('a');

    await symlink('v2', join(directory, '..data_tmp'));
    await rename(join(directory, '..data_tmp'), join(directory, '..data'));
    await check();
    expect(ring.signingKey.keyId).toBe('b');
    expect(codes()).toEqual([]);
  });

  it('keeps the old key when the new file is broken, says so once, and takes the repaired one', async () => {
    await put(textOf('a', one));
    const { ring, check } = await open();
    await put(textOf('b', two).slice(0, 150));
    await check();
    await check();
    expect(ring.signingKey.keyId).toBe('a');
    expect(codes()).toEqual(['KEY_NOT_PEM']);

    await put(textOf('b', two));
    await check();
    expect(ring.signingKey.keyId).toBe('b');
    expect(codes()).toEqual(['KEY_NOT_PEM']);

    await put('broken again');
    await check();
    expect(codes()).toEqual(['KEY_NOT_PEM', 'KEY_NOT_PEM']);
  });

  it('keeps the old key while the file is away, and takes the one that comes back', async () => {
    await put(textOf('a', one));
    const { ring, check } = await open();
    await rm(path);
    await check();
    await check();
    expect(ring.signingKey.keyId).toBe('a');
    expect(codes()).toEqual(['KEY_FILE_UNREADABLE']);
    expect(problems[0]?.message).toBe('The signing key file cannot be read (ENOENT)');
    await put(textOf('b', two));
    await check();
    expect(ring.signingKey.keyId).toBe('b');
  });

  it('forgets a problem when the old version comes back, so that the next one is told', async () => {
    await put(textOf('a', one));
    const link = join(directory, 'link.pem');
    await symlink(path, link);
    const { check } = await open({ path: link });
    const point = async (target: string) => {
      await symlink(target, `${link}.new`);
      await rename(`${link}.new`, link);
      await check();
    };
    await point('/nowhere/key.pem');
    await point(path);
    await point('/nowhere/key.pem');
    expect(codes()).toEqual(['KEY_FILE_UNREADABLE', 'KEY_FILE_UNREADABLE']);
  });

  it('uses a file that others may read, and says so once for each mode', async () => {
    await put(textOf('a', one));
    await chmod(path, 0o640);
    const { ring, check } = await open();
    await check();
    expect(ring.signingKey.keyId).toBe('a');
    expect(problems.map(({ code, message }) => [code, message.includes('0640')])).toEqual([['KEY_FILE_EXPOSED', true]]);
    await chmod(path, 0o600);
    await check();
    await chmod(path, 0o644);
    await check();
    expect(codes()).toEqual(['KEY_FILE_EXPOSED', 'KEY_FILE_EXPOSED']);
  });

  it('lets a promotion stand while the content of the file stays the same', async () => {
    await put(`${textOf('a', one)}${textOf('b', two)}`);
    const { ring, check } = await open();
    ring.promote('b');
    await utimes(path, new Date(), new Date());
    await check();
    expect(ring.signingKey.keyId).toBe('b');
  });

  it('shares one look between checks at the same time', async () => {
    await put(textOf('a', one));
    const { check } = await open();
    const first = check();
    expect(check()).toBe(first);
    await first;
    const next = check();
    expect(next).not.toBe(first);
    await next;
  });

  it('looks by itself at the interval, and no more once closed', async () => {
    await put(textOf('a', one));
    const file = await open({ intervalMs: 5 });
    const changed = new Promise<string>((resolve) => file.ring.watch(({ signingKey }) => resolve(signingKey.keyId)));
    await put(textOf('b', two));
    expect(await changed).toBe('b');
    file.close();
    await put(textOf('a', one));
    await new Promise((resolve) => setTimeout(resolve, 40));
    expect(file.ring.signingKey.keyId).toBe('b');
  });

  it('names no key material in its problems', async () => {
    await put(textOf('a', one), 0o644);
    const { check } = await open();
    await put(textOf('b', two).replace('END', 'FIN'));
    await check();
    expect(problems.length).toBeGreaterThan(1);
    const told = inspect(problems, { depth: 9 });
    for (const line of `${one}\n${two}`.split('\n').filter((text) => text.length > 20 && !text.startsWith('---'))) {
      expect(told).not.toContain(line);
    }
  });
});
