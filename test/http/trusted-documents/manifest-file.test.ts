import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openManifestFile } from '../../../src/http/trusted-documents/manifest-file.js';
import { closeAfterAll } from '../../support/teardown.js';
import { aManifest, sha256 } from './trusted-documents-kit.js';

async function aFile(text: string) {
  const directory = await mkdtemp(join(tmpdir(), 'gateway-manifest-'));
  closeAfterAll(() => rm(directory, { recursive: true, force: true }));
  const path = join(directory, 'trusted-documents.json');
  await writeFile(path, text);
  const heard: string[] = [];
  const open = () =>
    openManifestFile({
      path,
      // Looked at by hand.
      intervalMs: 3_600_000,
      onChange: ({ documents }) => heard.push(`${documents.length} documents`),
      onProblem: ({ message }) => heard.push(message),
    });
  const replace = async (next: string) => {
    await writeFile(`${path}.next`, next);
    await rename(`${path}.next`, path);
  };
  return { path, heard, open, replace };
}

describe('the file of a manifest', () => {
  it('takes over when it changes, without a restart', async () => {
    const { open, replace, heard } = await aFile(aManifest('{ a }'));
    const file = await open();
    closeAfterAll(async () => file.close());
    expect(file.current.find(sha256('{ b }'))).toBeUndefined();
    await replace(aManifest('{ a }', '{ b }'));
    await file.check();
    expect(file.current.find(sha256('{ b }'))).toBeDefined();
    await file.check();
    expect(heard).toEqual(['2 documents']);
  });

  it('keeps what it had when the new one cannot be used, says so once, and takes the next good one', async () => {
    const { open, replace, heard } = await aFile(aManifest('{ a }'));
    const file = await open();
    closeAfterAll(async () => file.close());
    await replace('{"format": "apollo-persis');
    await file.check();
    await file.check();
    expect(file.current.find(sha256('{ a }'))).toBeDefined();
    await replace(aManifest('{ c }'));
    await file.check();
    expect(file.current.find(sha256('{ a }'))).toBeUndefined();
    expect(file.current.find(sha256('{ c }'))).toBeDefined();
    expect(heard).toEqual(['the manifest is no JSON', '1 documents']);
  });

  it('keeps what it had when the file goes away', async () => {
    const { path, open, heard } = await aFile(aManifest('{ a }'));
    const file = await open();
    closeAfterAll(async () => file.close());
    await rm(path);
    await file.check();
    expect(file.current.find(sha256('{ a }'))).toBeDefined();
    expect(heard).toEqual(['the manifest of trusted documents cannot be read (ENOENT)']);
  });

  it.each<[string, (path: string) => string]>([
    ['is not there', (path) => `${path}.absent`],
    ['is a directory', (path) => join(path, '..')],
  ])('is needed at the start: it %s', async (_, wrong) => {
    const { path } = await aFile(aManifest());
    const opening = openManifestFile({ path: wrong(path), onChange: () => {}, onProblem: () => {} });
    await expect(opening).rejects.toMatchObject({ name: 'ManifestError' });
  });

  it('has to be good at the start', async () => {
    const { open } = await aFile('[]');
    await expect(open()).rejects.toMatchObject({ name: 'ManifestError' });
  });
});
