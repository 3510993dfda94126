/**
 * Derived components that may be covered (RFC 9421 section 2.2). Never `@target-uri` or `@scheme`: a server behind a
 * proxy computes other values for them, and every signature would be refused.
 */
export const DERIVED_COMPONENTS = ['@method', '@authority', '@path', '@query', '@request-target'] as const;

/** RFC 9421 section 2.3, without `tag`, whose value would have to be agreed upon. */
export const SIGNATURE_PARAMETERS = ['created', 'expires', 'keyid', 'alg', 'nonce'] as const;

/** RFC 9530 section 5: the algorithms that are not deprecated. */
export const DIGEST_ALGORITHMS = ['sha-256', 'sha-512'] as const;

/** A derived component, or the name of a header field (RFC 9110 section 5.1) other than the signature's own. */
export function isComponentName(name: string): boolean {
  if (name.startsWith('@')) return isIn(DERIVED_COMPONENTS, name);
  return /^[a-z0-9!#$%&'*+.^_`|~-]+$/.test(name) && name !== 'signature' && name !== 'signature-input';
}

export function isIn(names: readonly string[], name: string): boolean {
  return names.includes(name);
}
