import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix, relative, sep } from 'node:path';

export const ROOT = join(__dirname, '../..');

export interface Import {
  /** Path of the importing file from the root of the project, e.g. `src/gateway.ts`. */
  from: string;
  /** The same of the imported file. */
  to: string;
  /** Only types, which are gone when the program runs. */
  isTypeOnly: boolean;
}

/** Every source file below a folder, as a path from the root of the project. */
export function sourcesBelow(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .sort();
}

export const textOf = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

const FROM_CLAUSE = /\b(import|export)\s+(type\s+)?([^;'"]*?)\s*\bfrom\s*['"]([^'"]+)['"]/g;
const BARE = /\b(?:import|require)\s*\(?\s*['"]([^'"]+)['"]/g;

const withoutComments = (code: string) => code.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|\s)\/\/.*$/gm, '');

/** `{ type A, type B }`: every name in braces is a type, and nothing stands beside the braces. */
function namesOnlyTypes(clause: string): boolean {
  const names = /^\{([\s\S]*)\}$/.exec(clause.trim())?.[1]?.split(',') ?? [''];
  return names.filter((name) => name.trim() !== '').every((name) => /^\s*type\s/.test(name)) && names[0]?.trim() !== '';
}

/** What a text imports from files of ours: static imports, re-exports, `import(…)`, `require(…)` and bare imports. */
export function parseImports(from: string, code: string): Import[] {
  const text = withoutComments(code);
  const found: { specifier: string; isTypeOnly: boolean }[] = [];
  for (const [, , type, clause = '', specifier = ''] of text.matchAll(FROM_CLAUSE)) {
    found.push({ specifier, isTypeOnly: type !== undefined || namesOnlyTypes(clause) });
  }
  for (const [, specifier = ''] of text.matchAll(BARE)) found.push({ specifier, isTypeOnly: false });
  return found
    .filter(({ specifier }) => specifier.startsWith('.'))
    .map(({ specifier, isTypeOnly }) => ({
      from,
      to: posix.join(dirname(from), specifier).replace(/\.js$/, '.ts'),
      isTypeOnly,
    }));
}

export const importsBelow = (folder: string): Import[] =>
  sourcesBelow(folder).flatMap((path) => parseImports(path, textOf(path)));

/** Circles of imports, each once and in a stable form: from its alphabetically first file round to the last. */
export function cyclesOf(imports: readonly Pick<Import, 'from' | 'to'>[]): string[][] {
  const next = new Map<string, string[]>();
  for (const { from, to } of imports) next.set(from, [...(next.get(from) ?? []), to]);
  const cycles = new Map<string, string[]>();
  const done = new Set<string>();
  const visit = (path: string, trail: readonly string[]): void => {
    const start = trail.indexOf(path);
    if (start >= 0) {
      const cycle = trail.slice(start);
      const first = cycle.indexOf([...cycle].sort()[0] ?? '');
      const turned = [...cycle.slice(first), ...cycle.slice(0, first)];
      cycles.set(turned.join(), turned);
      return;
    }
    if (done.has(path)) return;
    for (const to of next.get(path) ?? []) visit(to, [...trail, path]);
    done.add(path);
  };
  for (const path of [...next.keys()].sort()) visit(path, []);
  return [...cycles.values()];
}
