import { nearestName } from './nearest-name.js';
import { ValueProblem } from './value-parsers.js';
import { VARIABLE_NAMES, VARIABLES, type Values, type Variable, type VariableName } from './variables.js';

export type Environment = Readonly<Record<string, string | undefined>>;

/** The table's variables out of an environment, each by itself; what they mean together is `parseEnv`'s. */
export interface ReadValues {
  /** Complete only if there are no problems. */
  readonly values: Values;
  /** Names that have a text, right or wrong. */
  readonly present: ReadonlySet<VariableName>;
  /** One sentence for each malformed variable. */
  readonly problems: readonly string[];
}

export function readValues(env: Environment): ReadValues {
  const values: Record<string, unknown> = {};
  const present = new Set<VariableName>();
  const problems: string[] = [];
  for (const name of VARIABLE_NAMES) {
    const variable: Variable<unknown> = VARIABLES[name];
    const text = textOf(env[name]);
    if (text !== null) present.add(name);
    try {
      const used = text ?? variable.default;
      values[name] = used === null ? null : variable.parse(used);
    } catch (error) {
      if (!(error instanceof ValueProblem)) throw error;
      problems.push(`${name} must be ${error.message}`);
      values[name] = variable.default === null ? null : variable.parse(variable.default);
    }
  }
  return { values: values as Values, present, problems };
}

/** Sentences about variables that carry one of our prefixes but are not ours: most likely typos. */
export function findUnknownNames(env: Environment): readonly string[] {
  return Object.keys(env)
    .filter((name) => /^(OFFBLOCKS|AUTH)_/.test(name) && !isVariableName(name) && textOf(env[name]) !== null)
    .sort()
    .map((name) => {
      const nearest = nearestName(name, VARIABLE_NAMES);
      return `${name} is not a variable of the gateway${nearest === null ? '' : `; did you mean ${nearest}?`}`;
    });
}

/** White space around a text is no part of it (files of secrets often end in a line break); an empty text is none. */
function textOf(raw: string | undefined): string | null {
  const text = raw?.trim() ?? '';
  return text === '' ? null : text;
}

function isVariableName(name: string): name is VariableName {
  return Object.hasOwn(VARIABLES, name);
}
