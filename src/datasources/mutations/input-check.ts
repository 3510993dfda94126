import { InvalidInputError } from '../../schema/user-error/request-errors.type.js';

export interface TextRule {
  maxLength?: number;
  /** What the text has to look like, with the words for it. */
  pattern?: { regExp: RegExp; expectation: string };
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const DEFAULT_MAX_LENGTH = 255;

/** An ID as the API writes it, in lower case; null for what cannot be one. IDs of the API are UUIDs (API guide, customer creation). */
export function parseEntityId(id: string): string | null {
  return UUID.test(id) ? id.toLowerCase() : null;
}

/** Collects what is wrong with an input, so that a client hears all of it at once. Messages never repeat a value. */
export class InputCheck {
  readonly problems: InvalidInputError[] = [];

  refuse(field: readonly string[], message: string): void {
    this.problems.push(new InvalidInputError({ message, field: ['input', ...field] }));
  }

  /** The ID in lower case; what is no ID is refused and comes back empty. */
  id(field: string, value: string): string {
    const id = parseEntityId(value);
    if (id === null) this.refuse([field], `${field} has to be a UUID, such as 123e4567-e89b-42d3-a456-426614174000.`);
    return id ?? '';
  }

  text(field: readonly string[], value: string | null | undefined, rule: TextRule = {}): void {
    const { maxLength = DEFAULT_MAX_LENGTH, pattern } = rule;
    const name = field.at(-1);
    if (value === null || value === undefined) return;
    if (value.trim() === '') this.refuse(field, `${name} must not be empty.`);
    else if (value.length > maxLength) this.refuse(field, `${name} must not be longer than ${maxLength} characters.`);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused
    else if (/[\u0000-\u001f\u007f]/.test(value)) this.refuse(field, `${name} must not hold control characters.`);
    else if (pattern && !pattern.regExp.test(value)) this.refuse(field, `${name} has to be ${pattern.expectation}.`);
  }
}
