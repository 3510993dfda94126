import { badRequest } from '../errors.js';

export type JsonObject = Readonly<Record<string, unknown>>;

/** The value as a JSON object; 400 for anything else. Fields that nobody asks for are ignored. */
export function readObject(value: unknown, name = 'body'): JsonObject {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw badRequest(`${name} must be an object`);
  return value as JsonObject;
}

/** A string with at least one character that is not blank; 400 for anything else. */
export function readText(body: JsonObject, field: string): string {
  const value = body[field];
  if (typeof value !== 'string' || value.trim() === '') throw badRequest(`${field} must be a non-empty string`);
  return value;
}

/** As `readText`, but the field may be absent or null. */
export function readOptionalText(body: JsonObject, field: string): string | undefined {
  return body[field] === undefined || body[field] === null ? undefined : readText(body, field);
}

/** A string for which `accepts` holds; `form` says in the refusal what was expected. */
export function readMatching(
  body: JsonObject,
  { field, accepts, form }: { field: string; accepts: (text: string) => boolean; form: string },
): string {
  const value = readText(body, field);
  if (!accepts(value)) throw badRequest(`${field} must be ${form}`);
  return value;
}
