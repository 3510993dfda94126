// Adds the optional platform packages to package-lock.json that npm left out because the registry at hand does not carry
// them: `npm ci` refuses a lock file without them, on any platform. Run after `npm install`: node .ci/complete-lock.mjs
import { readFileSync, writeFileSync } from 'node:fs';

const FILE = 'package-lock.json';
const PLATFORM =
  /(android|darwin|freebsd|linux|win32|openharmony)-(arm64|x64|ia32|arm|ppc64|s390x|loong64|riscv64)(?:-(.*))?$/;

const lock = JSON.parse(readFileSync(FILE, 'utf8'));
let added = 0;
for (const { optionalDependencies = {}, dev } of Object.values({ ...lock.packages })) {
  for (const [name, version] of Object.entries(optionalDependencies)) {
    const place = `node_modules/${name}`;
    const match = PLATFORM.exec(name);
    if (lock.packages[place] || !match) continue;
    const [, os, cpu, variant] = match;
    const libc = os === 'linux' && variant ? (variant.startsWith('musl') ? 'musl' : 'glibc') : null;
    lock.packages[place] = {
      version,
      cpu: [cpu],
      ...(dev && { dev: true }),
      ...(libc && { libc: [libc] }),
      optional: true,
      os: [os],
    };
    added += 1;
  }
}
lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1)));
writeFileSync(FILE, `${JSON.stringify(lock, null, 2)}\n`);
process.stdout.write(`${added} entries added\n`);
