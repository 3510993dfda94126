const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Returns the customer ID in lower case (RFC 9562 section 4: compared without regard to case), or null if it is none. */
export function parseCustomerId(value: unknown): string | null {
  if (typeof value !== 'string') return null;
  const id = value.toLowerCase();
  return UUID.test(id) ? id : null;
}
