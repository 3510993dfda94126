import { badUserInput } from '../../errors/gateway-error.js';
import { parseCustomerId } from './customer-id.js';
import { ALL_SCOPES, CUSTOMER_SCOPES, type Scope } from './scope.js';

/** What a development token shall say. */
export interface DevelopmentTokenRequest {
  /** In lower case. Without it the token is of no customer. */
  readonly customerId?: string;
  readonly scopes: readonly string[];
  /** Default: the customer ID, else `developer`. */
  readonly subject?: string;
}

const FIELDS = ['customerId', 'scopes', 'subject'];

/** Every scope; for a customer's token, every scope that can be of use to a caller who is limited to one customer. */
export function defaultScopes(customerId: string | undefined): readonly Scope[] {
  return customerId === undefined ? ALL_SCOPES : CUSTOMER_SCOPES;
}

/**
 * Parses the body of `POST /dev/token`: `{}` or no body gives every scope, `customerId` alone all that a customer can
 * use, `scopes` (a list, or a space-separated text) exactly these. Throws `BAD_USER_INPUT` naming the field.
 */
export function parseDevelopmentTokenRequest(body: unknown): DevelopmentTokenRequest {
  const fields = parseFields(body);
  const customerId = isAbsent(fields.customerId) ? undefined : parseCustomer(fields.customerId);
  const subject = isAbsent(fields.subject) ? undefined : parseSubject(fields.subject);
  const scopes = isAbsent(fields.scopes) ? defaultScopes(customerId) : parseScopes(fields.scopes);
  return { ...(customerId !== undefined && { customerId }), scopes, ...(subject !== undefined && { subject }) };
}

function isAbsent(value: unknown): value is undefined | null {
  return value === undefined || value === null;
}

function parseFields(body: unknown): Readonly<Record<string, unknown>> {
  if (body === undefined || body === null || body === '') return {};
  if (typeof body !== 'object' || Array.isArray(body)) throw badUserInput('The body must be a JSON object.', []);
  for (const name of Object.keys(body)) {
    if (!FIELDS.includes(name)) throw badUserInput(`The body may only have the fields ${FIELDS.join(', ')}.`, [name]);
  }
  return { ...body };
}

function parseCustomer(value: unknown): string {
  const customerId = parseCustomerId(value);
  if (customerId === null) throw badUserInput('customerId must be a UUID.', ['customerId']);
  return customerId;
}

function parseSubject(value: unknown): string {
  if (typeof value !== 'string' || value === '' || value.length > 255) {
    throw badUserInput('subject must be a text of 1 to 255 characters.', ['subject']);
  }
  return value;
}

function parseScopes(value: unknown): readonly Scope[] {
  const names: unknown = typeof value === 'string' ? value.split(/\s+/).filter((name) => name !== '') : value;
  if (!Array.isArray(names) || !names.every(isScope)) {
    throw badUserInput(`scopes must be a list or a space-separated text of: ${ALL_SCOPES.join(' ')}.`, ['scopes']);
  }
  return [...new Set(names)];
}

function isScope(name: unknown): name is Scope {
  return ALL_SCOPES.some((scope) => scope === name);
}
