import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

const ROOT = join(__dirname, '../..');
const NOT_OURS = new Set(['node_modules', 'dist', 'coverage', '.git', '.cache']);
/** Where source comments refer to decisions and documents. */
const SOURCES = ['src', 'sandbox', 'graphiql', 'test', 'bench', 'examples'];

function filesBelow(directory: string, isWanted: (name: string) => boolean): string[] {
  if (!existsSync(directory)) return [];
  return readdirSync(directory, { withFileTypes: true }).flatMap((entry) => {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) return NOT_OURS.has(entry.name) ? [] : filesBelow(path, isWanted);
    return isWanted(entry.name) ? [path] : [];
  });
}

const nameOf = (path: string) => relative(ROOT, path);
const read = (path: string) => readFileSync(path, 'utf8');
const withoutFences = (markdown: string) => markdown.replace(/^ *```[\s\S]*?^ *```/gm, '');
const withoutCode = (markdown: string) => withoutFences(markdown).replace(/`[^`\n]*`/g, '');

/** Targets of links and images outside of code, without those that lead to the network. */
function relativeLinks(markdown: string): string[] {
  const inline = [...withoutCode(markdown).matchAll(/\]\(([^)\s]+)(?: "[^"]*")?\)/g)].map(([, target = '']) => target);
  const defined = [...withoutCode(markdown).matchAll(/^\[[^\]]+\]: *(\S+)/gm)].map(([, target = '']) => target);
  return [...inline, ...defined].filter((target) => !/^[a-z][a-z0-9+.-]*:/i.test(target));
}

/** The anchors of a document's headings, made as GitHub makes them: lower case, punctuation dropped, blanks to dashes. */
function anchorsOf(markdown: string): Set<string> {
  const anchors = new Set<string>();
  for (const [, heading = ''] of withoutFences(markdown).matchAll(/^#{1,6} +(.+?) *#*$/gm)) {
    const text = heading.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').toLowerCase();
    const anchor = text.replace(/[^\p{L}\p{N}\p{M} _-]/gu, '').replaceAll(' ', '-');
    let unique = anchor;
    for (let count = 1; anchors.has(unique); count += 1) unique = `${anchor}-${count}`;
    anchors.add(unique);
  }
  return anchors;
}

function findLinkFault(document: string, target: string): string | null {
  const [path = '', anchor] = target.split('#');
  const file = path === '' ? document : join(dirname(document), decodeURIComponent(path));
  if (!file.startsWith(ROOT)) return `${target} leaves the repository`;
  if (!existsSync(file)) return `${target} leads nowhere`;
  if (anchor === undefined) return null;
  if (statSync(file).isDirectory() || !file.endsWith('.md')) return `${target} names an anchor of what has none`;
  return anchorsOf(read(file)).has(anchor) ? null : `${target} names no heading`;
}

const documents = filesBelow(ROOT, (name) => name.endsWith('.md'));
const sources = SOURCES.flatMap((room) => filesBelow(join(ROOT, room), (name) => /\.(ts|tsx|mjs|cjs)$/.test(name)));
const scripts: Readonly<Record<string, string>> = JSON.parse(read(join(ROOT, 'package.json'))).scripts;
const decisions = readdirSync(join(ROOT, 'docs/adr')).filter((name) => name.endsWith('.md'));

describe('links, as this test reads them', () => {
  it('are those outside of code that lead to no other host', () => {
    const markdown =
      '[a](x.md#b) ![c](../d.png) [e](https://example.com) `[f](g.md)` [h](mailto:i@example.com)\n```\n[j](k.md)\n```\n[l]: m.md';
    expect(relativeLinks(markdown)).toEqual(['x.md#b', '../d.png', 'm.md']);
  });

  it('meet headings by the anchors that GitHub gives them', () => {
    const markdown = '# A `code`, and: more\n## Twice\n## Twice\n```\n# no heading\n```\n### [Linked](x.md) é_1-2';
    expect([...anchorsOf(markdown)]).toEqual(['a-code-and-more', 'twice', 'twice-1', 'linked-é_1-2']);
  });
});

describe.each(documents.map((path) => ({ name: nameOf(path), path })))('$name', ({ path }) => {
  const markdown = read(path);

  it('links to files, images and headings that exist', () => {
    const faults = relativeLinks(markdown).map((target) => findLinkFault(path, target));
    expect(faults.filter((fault) => fault !== null)).toEqual([]);
  });

  it('names npm scripts that exist', () => {
    const named = [...markdown.matchAll(/\bnpm run (?:--silent )?([a-z][\w:-]*)/g)].map(([, script = '']) => script);
    expect(named.filter((script) => !Object.hasOwn(scripts, script))).toEqual([]);
  });

  it('names source files and directories that exist', () => {
    const named = [...withoutFences(markdown).matchAll(/`((?:src|sandbox|graphiql|test|docs)\/[\w./-]+)`/g)];
    const paths = named.map(([, name = '']) => name).filter((name) => !/NNNN|\/dist\//.test(name));
    expect(paths.filter((name) => !existsSync(join(ROOT, name)))).toEqual([]);
  });

  it('names no path of a machine', () => {
    const home =
      /(?<![\w:/.])\/(?:home|root|Users|work|workspace|tmp|private|mnt|var\/folders)\/[\w.-]+|\b[A-Z]:\\\w+/g;
    expect(markdown.match(home)).toBeNull();
  });
});

describe('decisions', () => {
  it('are numbered from 1 without gaps, in files named by number and name', () => {
    expect(decisions.map((name) => name.slice(0, 4))).toEqual(
      decisions.map((_, index) => String(index + 1).padStart(4, '0')),
    );
    expect(decisions.filter((name) => !/^\d{4}(-[a-z0-9]+)+\.md$/.test(name))).toEqual([]);
  });

  it.each(decisions)('%s has its number in the title, a context, a decision and consequences', (name) => {
    const markdown = read(join(ROOT, 'docs/adr', name));
    const headings = [...withoutFences(markdown).matchAll(/^#+ .*$/gm)].map(([heading]) => heading);
    expect(headings[0]).toMatch(new RegExp(`^# ${Number(name.slice(0, 4))}\\. \\S`));
    expect(headings.slice(1)).toEqual(['## Context', '## Decision', '## Consequences']);
  });

  it.each(decisions)('%s is in the table of documents', (name) => {
    expect(relativeLinks(read(join(ROOT, 'docs/README.md')))).toContain(`adr/${name}`);
  });

  it('exist where the source refers to them, as do other documents', () => {
    const faults = sources.flatMap((path) =>
      [...read(path).matchAll(/\bdocs\/(?:adr\/(\d{4})([\w-]*(?:\.md)?)|[\w/-]+\.md)/g)]
        .filter(([reference, number, rest = '']) => {
          if (number === undefined || rest.endsWith('.md')) return !existsSync(join(ROOT, reference));
          return !decisions.some((name) => name.startsWith(`${number}-`));
        })
        .map(([reference]) => `${nameOf(path)}: ${reference}`),
    );
    expect(faults).toEqual([]);
  });

  it('give a reason for every direct dependency and every override', () => {
    const manifest = JSON.parse(read(join(ROOT, 'package.json')));
    const names = [manifest.dependencies, manifest.devDependencies, manifest.overrides].flatMap(Object.keys);
    const text = read(join(ROOT, 'docs/adr/0011-direct-dependencies.md'));
    const rows = (text.match(/^\|.*$/gm) ?? []).join('\n');
    expect(names.filter((name) => !rows.includes(`\`${name}\``) && !rows.includes(`\`${name} `))).toEqual([]);
  });
});
