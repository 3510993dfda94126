import type { ValueParser } from './value-parsers.js';

/** One environment variable: how it is read, and what is said about it in docs/reference/configuration.md. */
export interface Variable<T> {
  /** In Markdown; also the comment in `.env.example`. */
  readonly description: string;
  /** Text that is parsed when the variable is unset; null: there is none. */
  readonly default: string | null;
  /** What being unset means, where `default` does not say it. */
  readonly unset?: string;
  /** A text that `parse` accepts. */
  readonly example: string;
  /** Whether its value must never be shown. */
  readonly secret?: boolean;
  readonly parse: ValueParser<T>;
}

/** A variable that has a value even when it is unset. */
export function defaulted<T>(variable: Variable<T> & { default: string }): Variable<T> & { default: string } {
  return variable;
}

/** A variable that can be without a value. */
export function optional<T>(variable: Omit<Variable<T>, 'default'>): Variable<T> & { default: null } {
  return { ...variable, default: null };
}
