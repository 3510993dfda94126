import { redactText } from '../observability/redact.js';

/** What graphql-js says of a value that does not fit its type, without the value: its own messages quote what was sent. */
export function valueFreeMessage(message: string): string {
  const notInEnum = /^(?:Value .* does not exist in|Enum) "(\w+)" (?:enum|cannot represent)/s.exec(message);
  if (notInEnum) return `it is not a value of ${notInEnum[1]}.`;
  const cannotRepresent = /^(\w+) cannot represent/.exec(message) ?? /^Expected value of type "(\w+)/.exec(message);
  if (cannotRepresent) return `it is not a valid ${cannotRepresent[1]}.`;
  return message.replace(/ Did you mean .*$/s, '');
}

/** graphql-js tells of an unknown or a missing field of an input at the path of its object. */
export function faultyFieldOf(message: string): string[] {
  const field = /^Field "(?:\w+\.)?(\w+)" (?:is not defined|of required type)/.exec(message)?.[1];
  return field === undefined ? [] : [field];
}

/** Numbers, texts and comments that a syntax error quotes (`found String "…"`); names and punctuation help and stay. */
const QUOTED_TOKEN = /\b(Int|Float|String|BlockString|Comment) ".*"/s;

/** A text without any run of digits long enough to be a card number (ISO/IEC 7812), as part of a name neither. */
export function withoutDigits(text: string): string {
  return text.replace(/\d(?:[ _-]?\d){12,}/g, '[digits]');
}

/** A message of graphql-js about a document, with no literal that stood in it, and no name that looks like a secret. */
export function documentMessage(message: string): string {
  return withoutDigits(redactText(message.replace(QUOTED_TOKEN, '$1')));
}
