/** A request, and the signature base that a profile must make of it, line by line. */
export interface SignatureBaseVector {
  readonly source: string;
  /** Covered components in the notation of the settings. Unset: the default profile. */
  readonly components?: string;
  /** Signature parameters in the notation of the settings. Unset: the default profile. */
  readonly parameters?: string;
  readonly digestAlgorithms?: string;
  readonly createdEpochSeconds: number;
  readonly keyId: string;
  readonly request: {
    readonly method: string;
    readonly url: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly body?: string;
  };
  readonly base: readonly string[];
}

const offBlocksKeyId = '11111111-2222-4333-8444-555555555555';

const rfcRequest = {
  method: 'POST',
  url: 'https://example.com/foo?param=Value&Pet=dog',
  headers: {
    host: 'example.com',
    date: 'Tue, 20 Apr 2021 02:07:55 GMT',
    'content-type': 'application/json',
    'content-length': '18',
  },
  body: '{"hello": "world"}',
};

const rfcDigest = 'sha-512=:WZDPaVn/7XgHaAy8pmojAkGWoRx2UFChF41A2svX+TaPm+AbwAgBWnrIiYllu7BNNyealdVLvRwEmTHWXvJwew==:';

export const signatureBaseVectors: readonly SignatureBaseVector[] = [
  {
    source:
      'the recommended profile for GET, from https://docs.offblocks.xyz/developer-guides/api-integration/request-signatures and github.com/OffBlocks/httpsig (canonicalise.go)',
    createdEpochSeconds: 1705072346,
    keyId: offBlocksKeyId,
    request: {
      method: 'GET',
      url: 'https://api.offblocks.xyz/v1/cards',
      headers: { authorization: 'Bearer JWT', accept: 'application/json' },
    },
    base: [
      '"@method": GET',
      '"@authority": api.offblocks.xyz',
      '"@path": /v1/cards',
      '"@query": ?',
      '"authorization": Bearer JWT',
      '"@signature-params": ("@method" "@authority" "@path" "@query" "authorization");created=1705072346;expires=1705072646;keyid="11111111-2222-4333-8444-555555555555";alg="ecdsa-p384-sha384"',
    ],
  },
  {
    source: 'the recommended profile for POST; digests from github.com/OffBlocks/httpsig at 94e1ecc',
    createdEpochSeconds: 1705072346,
    keyId: offBlocksKeyId,
    request: {
      method: 'POST',
      url: 'https://api.offblocks.xyz/v1/accounts/7b9c1c0e-6a3d-4f0e-9a51-0d9e4f1b2c3d/cards',
      headers: {
        authorization: 'Bearer JWT',
        'content-type': 'application/json',
        'idempotency-key': '123e4567-e89b-12d3-a456-426614174000',
      },
      body: '{"hello": "world"}\n',
    },
    base: [
      '"@method": POST',
      '"@authority": api.offblocks.xyz',
      '"@path": /v1/accounts/7b9c1c0e-6a3d-4f0e-9a51-0d9e4f1b2c3d/cards',
      '"@query": ?',
      '"authorization": Bearer JWT',
      '"content-type": application/json',
      '"content-digest": sha-256=:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=:, sha-512=:YMAam51Jz/jOATT6/zvHrLVgOYTGFy1d6GJiOHTohq4yP+pgk4vf2aCsyRZOtw8MjkM7iw7yZ/WkppmM44T3qg==:',
      '"idempotency-key": 123e4567-e89b-12d3-a456-426614174000',
      '"@signature-params": ("@method" "@authority" "@path" "@query" "authorization" "content-type" "content-digest" "idempotency-key");created=1705072346;expires=1705072646;keyid="11111111-2222-4333-8444-555555555555";alg="ecdsa-p384-sha384"',
    ],
  },
  {
    source: 'the recommended profile for PATCH without a body: a key, but neither type nor digest',
    createdEpochSeconds: 1705072346,
    keyId: offBlocksKeyId,
    request: {
      method: 'PATCH',
      url: 'https://api.offblocks.xyz/v1/cards/7b9c1c0e-6a3d-4f0e-9a51-0d9e4f1b2c3d/activate',
      headers: { authorization: 'Bearer JWT', 'idempotency-key': '123e4567-e89b-12d3-a456-426614174000' },
    },
    base: [
      '"@method": PATCH',
      '"@authority": api.offblocks.xyz',
      '"@path": /v1/cards/7b9c1c0e-6a3d-4f0e-9a51-0d9e4f1b2c3d/activate',
      '"@query": ?',
      '"authorization": Bearer JWT',
      '"idempotency-key": 123e4567-e89b-12d3-a456-426614174000',
      '"@signature-params": ("@method" "@authority" "@path" "@query" "authorization" "idempotency-key");created=1705072346;expires=1705072646;keyid="11111111-2222-4333-8444-555555555555";alg="ecdsa-p384-sha384"',
    ],
  },
  {
    source: 'RFC 9421 section 2.5',
    components: '@method @authority @path content-digest content-length content-type',
    parameters: 'created keyid',
    digestAlgorithms: 'sha-512',
    createdEpochSeconds: 1618884473,
    keyId: 'test-key-rsa-pss',
    request: rfcRequest,
    base: [
      '"@method": POST',
      '"@authority": example.com',
      '"@path": /foo',
      `"content-digest": ${rfcDigest}`,
      '"content-length": 18',
      '"content-type": application/json',
      '"@signature-params": ("@method" "@authority" "@path" "content-digest" "content-length" "content-type");created=1618884473;keyid="test-key-rsa-pss"',
    ],
  },
  {
    source: 'RFC 9421 appendix B.2.3, full coverage',
    components: 'date @method @path @query @authority content-type content-digest content-length',
    parameters: 'created keyid',
    digestAlgorithms: 'sha-512',
    createdEpochSeconds: 1618884473,
    keyId: 'test-key-rsa-pss',
    request: rfcRequest,
    base: [
      '"date": Tue, 20 Apr 2021 02:07:55 GMT',
      '"@method": POST',
      '"@path": /foo',
      '"@query": ?param=Value&Pet=dog',
      '"@authority": example.com',
      '"content-type": application/json',
      `"content-digest": ${rfcDigest}`,
      '"content-length": 18',
      '"@signature-params": ("date" "@method" "@path" "@query" "@authority" "content-type" "content-digest" "content-length");created=1618884473;keyid="test-key-rsa-pss"',
    ],
  },
];

/** One derived component of a request URL. Sources: RFC 9421 sections 2.2.3, 2.2.6 and 2.2.7, and their rules. */
export const derivedComponentVectors: readonly { source: string; url: string; line: string }[] = [
  {
    source: 'RFC 9421 section 2.2.3',
    url: 'https://www.example.com/path?param=value',
    line: '"@authority": www.example.com',
  },
  {
    source: '2.2.3: the host is lower case',
    url: 'https://API.OffBlocks.XYZ/v1',
    line: '"@authority": api.offblocks.xyz',
  },
  {
    source: '2.2.3: the default port is left out',
    url: 'https://api.offblocks.xyz:443/v1',
    line: '"@authority": api.offblocks.xyz',
  },
  {
    source: '2.2.3: the default port is left out',
    url: 'http://api.offblocks.xyz:80/v1',
    line: '"@authority": api.offblocks.xyz',
  },
  { source: '2.2.3: any other port is there', url: 'http://127.0.0.1:4010/v1', line: '"@authority": 127.0.0.1:4010' },
  {
    source: '2.2.3: the port of another scheme too',
    url: 'http://localhost:443/v1',
    line: '"@authority": localhost:443',
  },
  { source: '2.2.3: IPv6 in brackets', url: 'http://[::1]:4010/v1', line: '"@authority": [::1]:4010' },
  { source: 'RFC 9421 section 2.2.6', url: 'https://www.example.com/path?param=value', line: '"@path": /path' },
  { source: '2.2.6: an empty path is a slash', url: 'https://www.example.com', line: '"@path": /' },
  {
    source: '2.2.6: before decoding',
    url: 'https://x.example/v1/a%2Fb/%E2%82%AC%20',
    line: '"@path": /v1/a%2Fb/%E2%82%AC%20',
  },
  { source: '2.2.6: in the case it has', url: 'https://x.example/v1/a%2fb', line: '"@path": /v1/a%2fb' },
  {
    source: '2.2.6: doubled and final slashes stay',
    url: 'https://x.example/v1//cards/',
    line: '"@path": /v1//cards/',
  },
  {
    source: '2.2.6: what the URL encodes is signed encoded',
    url: 'https://x.example/a b/ü',
    line: '"@path": /a%20b/%C3%BC',
  },
  {
    source: 'RFC 9421 section 2.2.7',
    url: 'https://www.example.com/path?param=value&foo=bar&baz=bat%2Dman',
    line: '"@query": ?param=value&foo=bar&baz=bat%2Dman',
  },
  { source: 'RFC 9421 section 2.2.7', url: 'https://www.example.com/path?queryString', line: '"@query": ?queryString' },
  { source: '2.2.7: no query is a question mark', url: 'https://www.example.com/path', line: '"@query": ?' },
  { source: '2.2.7: an empty query too', url: 'https://www.example.com/path?', line: '"@query": ?' },
  {
    source: '2.2.7: plus and blank stay apart',
    url: 'https://x.example/p?a=b+c&d=e%20f',
    line: '"@query": ?a=b+c&d=e%20f',
  },
  { source: '2.2.7: a fragment is no part of it', url: 'https://x.example/p?a=b#c', line: '"@query": ?a=b' },
];
