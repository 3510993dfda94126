import { createHash } from 'node:crypto';
import type { UpstreamCall } from '../http/upstream-client.js';

/** JSON with the members of every object in the order of their names; what is undefined is left out, as by `JSON.stringify`. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) => {
    if (typeof part !== 'object' || part === null || Array.isArray(part)) return part;
    return Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}

/**
 * What makes two mutations with one key the same, as SHA-256 in base64url. Taken from what goes to the API, so that it and
 * the gateway call the same thing the same: inputs that differ in the letter case of an ID only are one. Salted with the
 * key, or whoever reads the records could tell who has the same address.
 */
export function fingerprintOf(call: Pick<UpstreamCall, 'method' | 'route' | 'params' | 'body'>, salt: string): string {
  const { method, route, params = {}, body = null } = call;
  return createHash('sha256')
    .update(`${salt}\n${canonicalJson([method, route, params, body])}`)
    .digest('base64url');
}
