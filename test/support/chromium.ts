import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const CANDIDATES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  // Whatever a page asks for, no name but this machine's resolves.
  '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost',
];

/** Path of the Chromium to test with: `CHROMIUM_PATH` when set, else an installed one. Undefined when there is none. */
export function findChromium(env: NodeJS.ProcessEnv = process.env): string | undefined {
  const paths = env.CHROMIUM_PATH ? [env.CHROMIUM_PATH] : CANDIDATES;
  return paths.find((path) => existsSync(path));
}

/** Starts Chromium with a user data directory of its own, which goes away when the browser is closed. */
export function launchChromium(): Promise<Browser> {
  const executablePath = findChromium();
  if (executablePath === undefined) throw new Error('No Chromium found: install one or set CHROMIUM_PATH.');
  return chromium.launch({ executablePath, headless: true, args: FLAGS });
}

/**
 * `describe` for tests that need Chromium. Without one they are skipped, loudly; on CI (`CI=true`) they fail, since a
 * browser test that never runs proves nothing.
 */
export function describeWithChromium(name: string, define: () => void): void {
  if (findChromium() !== undefined) {
    describe(name, define);
    return;
  }
  const message = 'no Chromium found (install one or set CHROMIUM_PATH)';
  if (process.env.CI === 'true') {
    describe(name, () => {
      it('needs Chromium', () => {
        throw new Error(`${name}: ${message}`);
      });
    });
    return;
  }
  process.stderr.write(`\nSKIPPED: ${name}: ${message}\n\n`);
  describe.skip(`SKIPPED, ${message}: ${name}`, define);
}
