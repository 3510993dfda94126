import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createAuditLog } from '../../src/observability/audit-log.js';
import { LOG_FIELDS } from '../../src/observability/log-fields.js';

const ROOT = join(__dirname, '../..');
const reference = readFileSync(join(ROOT, 'docs/reference/logs.md'), 'utf8');

/** Names of the properties in `logger.level({ … }` of a source; a name that is spread or handed on is not seen. */
function loggedNames(source: string): string[] {
  const calls = source.matchAll(/\blogger\??\.(?:trace|debug|info|warn|error|fatal)\(\s*\{([^}]*)\}/g);
  return [...calls].flatMap(([, properties = '']) =>
    properties
      .split(',')
      .map((property) => property.trim().split(/[:\s]/)[0] ?? '')
      .filter((name) => /^\w+$/.test(name)),
  );
}

const sources = readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts'))
  .map((path) => readFileSync(join(ROOT, 'src', path), 'utf8'));

describe('what is logged', () => {
  it('is listed in src/observability/log-fields.ts, property by property', () => {
    const names = new Set(sources.flatMap(loggedNames));
    expect(names.size).toBeGreaterThan(10);
    expect([...names].filter((name) => !Object.hasOwn(LOG_FIELDS, name))).toEqual([]);
  });

  it('is found by this test in the forms that sources use', () => {
    expect(
      loggedNames("logger.warn({ route, err: error, a: x.b }, 'x'); logger?.debug(\n  { size,\n tries: 1 },"),
    ).toEqual([...['route', 'err', 'a', 'size', 'tries']]);
  });

  it('is in the reference, with what it holds', () => {
    const rows = [...reference.matchAll(/^\| `(\w+)` \| (.*) \|$/gm)].map(([, name = '', meaning]) => [name, meaning]);
    expect(
      rows.filter(([name = '']) => Object.hasOwn(LOG_FIELDS, name)).slice(0, Object.keys(LOG_FIELDS).length),
    ).toEqual(Object.entries(LOG_FIELDS));
  });

  it('and the example of an audit line there has the properties of a real one', () => {
    const lines: string[] = [];
    const caller = { subject: '', callerId: '', customerId: null };
    const settled = {
      mutation: '',
      key: '',
      entityId: '',
      outcome: '',
      upstreamStatus: 0,
      durationMs: 0,
      replayed: false,
    };
    createAuditLog({ target: { write: (line) => void lines.push(line) } }).settled({ requestId: '', caller }, settled);
    const example = /^\{"stream":"audit".*\}$/m.exec(reference)?.[0] ?? '';
    expect(Object.keys(JSON.parse(example))).toEqual(Object.keys(JSON.parse(lines[0] ?? '')));
  });
});
