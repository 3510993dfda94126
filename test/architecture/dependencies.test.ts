import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(__dirname, '../..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');

interface Package {
  scripts: Record<string, string>;
  dependencies: Record<string, string>;
  devDependencies: Record<string, string>;
  overrides: Record<string, string>;
}
interface LockedPackage {
  dependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
  hasInstallScript?: boolean;
  resolved?: string;
  link?: boolean;
}

const manifest = JSON.parse(read('package.json')) as Package;
const lock = JSON.parse(read('package-lock.json')) as { packages: Record<string, LockedPackage> };
const decision = read('docs/adr/0011-direct-dependencies.md');

/** Names in the first column of the table with this heading, each of which has a reason beside it. */
function namesIn(heading: string): string[] {
  const [, table = ''] = decision.split(`| ${heading} |`);
  const rows = table.split('\n\n', 1)[0]?.match(/^\| `.*$/gm) ?? [];
  return rows.flatMap((row) => {
    const [, names = '', reason = ''] = row.split('|');
    expect([row, reason.trim().length > 10]).toEqual([row, true]);
    return [...names.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name);
  });
}

it.each(['dependencies', 'devDependencies', 'overrides'] as const)(
  '%s are exact versions from the registry',
  (kind) => {
    const loose = Object.entries(manifest[kind]).filter(([, version]) => !/^\d+\.\d+\.\d+(?:-[\w.]+)?$/.test(version));
    expect(loose).toEqual([]);
  },
);

it.each<[string, 'dependencies' | 'devDependencies' | 'overrides']>([
  ['Runtime', 'dependencies'],
  ['Development', 'devDependencies'],
  ['Override', 'overrides'],
])('the table "%s" of ADR 11 has a reason for each of the %s, and for no other', (heading, kind) => {
  const names = namesIn(heading);
  expect(names.length).toBeGreaterThan(5);
  expect([...names].sort()).toEqual(Object.keys(manifest[kind]).sort());
});

it('the lock file is that of package.json, and takes packages from the registry only', () => {
  const { '': own, ...others } = lock.packages;
  expect(own?.dependencies).toEqual(manifest.dependencies);
  expect(own?.devDependencies).toEqual(manifest.devDependencies);
  expect(Object.keys(others).length).toBeGreaterThan(300);
  const elsewhere = Object.entries(others).filter(
    ([, { resolved, link }]) => link || (resolved && !/^https:/.test(resolved)),
  );
  expect(elsewhere).toEqual([]);
});

it('no install script is run: npm is told so, there is none of our own, and ADR 11 knows who would have one', () => {
  expect(read('.npmrc')).toMatch(/^ignore-scripts=true$/m);
  const lifecycle = /^(pre|post)?(install|prepare|publish|pack)/;
  expect(Object.keys(manifest.scripts).filter((name) => lifecycle.test(name))).toEqual([]);
  const withScript = Object.entries(lock.packages).filter(([, { hasInstallScript }]) => hasInstallScript);
  const names = withScript.map(([path]) => path.replace(/^.*node_modules\//, ''));
  expect([...new Set(names)].sort()).toEqual(namesIn('Has an install script').sort());
});
