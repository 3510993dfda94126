import { createHash, randomUUID } from 'node:crypto';

/** Name space of this gateway for UUIDv5 (RFC 9562 section 5.5); made once with `uuidgen`, never to change. */
const NAMESPACE = '6f1dc0a4-5b7e-4b0c-9a51-0f6a7a2b9d13';

/** Name-based UUID, version 5 (RFC 9562 section 5.5): the same name gives the same UUID. */
export function uuidV5(name: string, namespace: string = NAMESPACE): string {
  const hash = createHash('sha1')
    .update(Buffer.from(namespace.replace(/-/g, ''), 'hex'))
    .update(name, 'utf8')
    .digest()
    .subarray(0, 16);
  hash.writeUInt8((hash.readUInt8(6) & 0x0f) | 0x50, 6);
  hash.writeUInt8((hash.readUInt8(8) & 0x3f) | 0x80, 8);
  return hash.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/** The key of a mutation, as the client knows it. */
export interface ClientKey {
  value: string;
  /** Made just now: nobody can have used it before. */
  isFresh: boolean;
}

/**
 * The key in the input; else the request's `Idempotency-Key` header, with the field's alias mixed in where there is one
 * (two fields of one request are two mutations); else a fresh one.
 */
export function clientKeyOf(source: {
  inputKey?: string | null | undefined;
  headerKey?: string | null | undefined;
  alias?: string | null | undefined;
}): ClientKey {
  const { inputKey, headerKey, alias } = source;
  if (inputKey) return { value: inputKey, isFresh: false };
  if (headerKey) return { value: alias ? uuidV5(`alias\n${headerKey}\n${alias}`) : headerKey, isFresh: false };
  return { value: randomUUID(), isFresh: true };
}

/**
 * The key that the API sees. Caller and mutation are part of it, so nobody can replay another's answer; the arguments are
 * not, so that the API meets a changed payload with its refusal (docs/adr/0007).
 */
export function upstreamKeyOf(of: { callerId: string; mutation: string; clientKey: string }): string {
  return uuidV5(`mutation\n${of.callerId}\n${of.mutation}\n${of.clientKey}`);
}
