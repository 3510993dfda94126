/**
 * The environment cannot be used. `problems` lists everything that is wrong with it, each naming its variable and what
 * would be right; `hints` what may explain it. Neither ever holds a value, so both are safe to print.
 */
export class ConfigError extends Error {
  readonly problems: readonly string[];
  readonly hints: readonly string[];

  constructor(problems: readonly string[], hints: readonly string[] = []) {
    const lines = [...problems, ...hints.map((hint) => `(${hint})`)].map((line) => `  - ${line}`);
    super(`The environment cannot be used:\n${lines.join('\n')}`);
    this.name = 'ConfigError';
    this.problems = problems;
    this.hints = hints;
  }
}
