import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const SANDBOX = resolve(__dirname, '../../sandbox');
const PACKAGES = ['http-message-sig', 'http-message-signatures', 'jose', 'undici'];

describe('the sandbox as a program of its own', () => {
  const files = readdirSync(SANDBOX, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));

  it.each(files)('%s imports nothing but the sandbox, Node and four packages', (file) => {
    const source = readFileSync(join(SANDBOX, file), 'utf8');
    for (const [, specifier = ''] of source.matchAll(/ from '([^']+)'/g)) {
      const isOwn = specifier.startsWith('.') && resolve(SANDBOX, file, '..', specifier).startsWith(`${SANDBOX}/`);
      expect({ specifier, isAllowed: isOwn || specifier.startsWith('node:') || PACKAGES.includes(specifier) }).toEqual({
        specifier,
        isAllowed: true,
      });
    }
  });
});
