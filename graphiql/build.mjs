// Builds the GraphiQL page into graphiql/dist. Runs before every start and every test, so it first compares a digest of
// its inputs with the one that the last build left behind, and loads Vite only when they differ.
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const pageDir = fileURLToPath(new URL('.', import.meta.url));
const packageDir = join(pageDir, '..');
const distDir = join(pageDir, 'dist');
/** Same file system as `dist`, so that a rename is atomic; ignored by git. */
const scratchDir = join(packageDir, '.cache', `graphiql-${process.pid}`);
const DIGEST_FILE = 'inputs.sha256';

async function digestInputs() {
  const entries = await readdir(pageDir, { recursive: true, withFileTypes: true });
  const sources = entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => !file.startsWith(distDir))
    .sort();
  const hash = createHash('sha256');
  // The lock file stands for the versions of all packages that can end up in the page, indirect ones included.
  for (const file of [...sources, join(packageDir, 'package-lock.json')]) {
    hash
      .update(`${relative(packageDir, file)}\0`)
      .update(await readFile(file))
      .update('\0');
  }
  return hash.digest('hex');
}

async function isUpToDate(digest) {
  const builtFrom = await readFile(join(distDir, DIGEST_FILE), 'utf8').catch(() => '');
  return builtFrom === digest;
}

/**
 * GraphiQL ships its fonts as data: URLs inside CSS. Written out as files they pass `font-src 'self'`, and a browser
 * fetches only the few subsets that the text on the page needs.
 */
async function writeFonts(fontsDir) {
  await mkdir(fontsDir, { recursive: true });
  const files = [];
  const sheets = [];
  for (const name of ['roboto', 'fira-code']) {
    const css = await readFile(fileURLToPath(import.meta.resolve(`@graphiql/react/font/${name}.css`)), 'utf8');
    sheets.push(
      css.replaceAll(/url\("?data:font\/(\w+);base64,([^")]+)"?\)/g, (_match, format, base64) => {
        const file = `${name}-${files.length}.${format}`;
        files.push(writeFile(join(fontsDir, file), Buffer.from(base64, 'base64')));
        return `url(./${file})`;
      }),
    );
  }
  await Promise.all(files);
  await writeFile(join(fontsDir, 'fonts.css'), sheets.join('\n'));
}

async function buildInto(outDir, fontsDir) {
  const [{ build }, { default: react }] = await Promise.all([import('vite'), import('@vitejs/plugin-react')]);
  await build({
    root: pageDir,
    base: '/graphiql/',
    configFile: false,
    envDir: false,
    publicDir: false,
    logLevel: 'warn',
    plugins: [react()],
    resolve: { alias: { 'graphiql-fonts': fontsDir }, dedupe: ['graphql', 'react', 'react-dom'] },
    worker: { format: 'es' },
    build: {
      outDir,
      emptyOutDir: true,
      // Nothing as a data: URL, nothing inline: the page's Content-Security-Policy allows neither scripts nor fonts so.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      sourcemap: false,
      target: 'es2022',
      reportCompressedSize: false,
      // Monaco is one large chunk by nature.
      chunkSizeWarningLimit: 8_000,
      rolldownOptions: {
        // GraphiQL's packages carry "use no memo", meant for a compiler that has run already.
        onLog: (level, log, handle) => log.code !== 'MODULE_LEVEL_DIRECTIVE' && handle(level, log),
      },
    },
  });
}

/** Puts a finished build in place. Two builds may run side by side: either result is good, the last one stays. */
async function replaceDist(outDir) {
  const previous = join(scratchDir, 'previous');
  for (let attempt = 1; ; attempt += 1) {
    if (existsSync(distDir)) await rename(distDir, `${previous}-${attempt}`).catch(() => {});
    try {
      await rename(outDir, distDir);
      return;
    } catch (error) {
      if (attempt === 3) throw error;
    }
  }
}

const digest = await digestInputs();
if (!(await isUpToDate(digest))) {
  const startedAt = performance.now();
  try {
    const fontsDir = join(scratchDir, 'fonts');
    const outDir = join(scratchDir, 'dist');
    await writeFonts(fontsDir);
    await buildInto(outDir, fontsDir);
    await writeFile(join(outDir, DIGEST_FILE), digest);
    await replaceDist(outDir);
  } finally {
    await rm(scratchDir, { recursive: true, force: true });
  }
  process.stdout.write(`GraphiQL page built in ${((performance.now() - startedAt) / 1000).toFixed(1)} s\n`);
}
