import { createHash, type KeyObject, sign } from 'node:crypto';

/** A request as it is about to go over the wire. */
export interface WireRequest {
  method: string;
  /** Path and query, as sent. */
  target: string;
  /** Names in lower case, Host included. */
  headers: Record<string, string>;
  body: string;
}

export interface SignatureChoices {
  keyId: string;
  privateKey: KeyObject;
  createdSeconds: number;
  expiresSeconds?: number;
  /** Default: everything that the sandbox demands. */
  components?: readonly string[];
  /** `;name=value` texts after the list of components; default created, expires, keyid and alg. */
  parameters?: string;
  encoding?: 'ieee-p1363' | 'der';
}

/**
 * Signs by hand, as RFC 9421 section 2.5 spells it out, with neither the library that verifies in the sandbox nor the one
 * that signs in the gateway: a third reading of the standard.
 */
export function signByHand(request: WireRequest, choices: SignatureChoices): WireRequest {
  const { createdSeconds: created, keyId } = choices;
  const components = choices.components ?? defaultComponents(request);
  const expires = choices.expiresSeconds ?? created + 300;
  const parameters =
    choices.parameters ?? `;created=${created};expires=${expires};keyid="${keyId}";alg="ecdsa-p384-sha384"`;
  const input = `(${components.map((name) => `"${name}"`).join(' ')})${parameters}`;
  const lines = components.map((name) => `"${name}": ${componentValue(request, name)}`);
  const base = [...lines, `"@signature-params": ${input}`].join('\n');
  const signature = sign('sha384', Buffer.from(base), {
    key: choices.privateKey,
    dsaEncoding: choices.encoding ?? 'ieee-p1363',
  });
  return {
    ...request,
    headers: {
      ...request.headers,
      'signature-input': `sig=${input}`,
      signature: `sig=:${signature.toString('base64')}:`,
    },
  };
}

/** Both members of Content-Digest for a text. */
export function digestOf(body: string): string {
  const hash = (algorithm: string) => createHash(algorithm).update(body).digest('base64');
  return `sha-256=:${hash('sha256')}:, sha-512=:${hash('sha512')}:`;
}

function defaultComponents({ method, body }: WireRequest): string[] {
  return [
    '@method',
    '@authority',
    '@path',
    '@query',
    'authorization',
    ...(body === '' ? [] : ['content-type', 'content-digest']),
    ...(method === 'GET' ? [] : ['idempotency-key']),
  ];
}

function componentValue({ method, target, headers }: WireRequest, name: string): string {
  const question = target.indexOf('?');
  switch (name) {
    case '@method':
      return method;
    case '@authority':
      return (headers.host ?? '').toLowerCase();
    case '@path':
      return question === -1 ? target : target.slice(0, question);
    case '@query':
      return question === -1 ? '?' : target.slice(question);
    case '@target-uri':
      return `http://${headers.host}${target}`;
    case '@scheme':
      return 'http';
    default:
      return headers[name]?.trim() ?? '';
  }
}
