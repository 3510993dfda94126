import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * Where `npm run build` leaves the page: `graphiql/dist` of the package that holds this file. Found by walking up, since
 * the compiled gateway lies one directory deeper than its source. Undefined outside of a package.
 */
export function findGraphiqlDist(startDir: string = __dirname): string | undefined {
  for (let dir = startDir; ; dir = dirname(dir)) {
    if (existsSync(join(dir, 'package.json'))) return join(dir, 'graphiql', 'dist');
    if (dir === dirname(dir)) return undefined;
  }
}

/** Whether a build has left its page there. */
export function isBuilt(distDir: string | undefined): distDir is string {
  return distDir !== undefined && existsSync(join(distDir, 'index.html'));
}
