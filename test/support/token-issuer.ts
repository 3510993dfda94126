import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type CryptoKey, exportJWK, generateKeyPair, type JWK, type JWTPayload, SignJWT } from 'jose';
import { defaultScopes } from '../../src/auth/inbound/development-token-request.js';
import { closeAfterAll } from './teardown.js';

export interface TokenRequest {
  customerId?: string;
  /** Default: every scope that can be of use to such a caller. */
  scopes?: readonly string[];
  /** Default: an hour. */
  lifetimeSeconds?: number;
}

/** An issuer of access tokens with a JWK Set at an address, as in production. */
export interface TestTokenIssuer {
  /** `AUTH_…` for a gateway that trusts it. */
  env: Record<string, string>;
  issue(request: TokenRequest): Promise<string>;
  /** What is published; may be changed at any time. */
  readonly published: JWK[];
  /** How often the JWK Set was asked for. */
  readonly fetches: () => number;
  readonly privateKey: CryptoKey;
  readonly publicKey: CryptoKey;
  /** Claims of a good token of staff; an undefined one takes a claim away. */
  claims(changes?: JWTPayload): JWTPayload;
}

export async function startTokenIssuer(): Promise<TestTokenIssuer> {
  const { publicKey, privateKey } = await generateKeyPair('ES256');
  const kid = 'test-issuer';
  const published: JWK[] = [{ ...(await exportJWK(publicKey)), kid, alg: 'ES256', use: 'sig' }];
  let fetches = 0;
  const server = createServer((_request, response) => {
    fetches += 1;
    response.setHeader('content-type', 'application/json').end(JSON.stringify({ keys: published }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closeAfterAll(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const audience = 'gateway-under-test';
  return {
    env: { AUTH_JWKS_URL: `${url}jwks`, AUTH_ISSUER: url, AUTH_AUDIENCE: audience },
    issue: ({ customerId, scopes = defaultScopes(customerId), lifetimeSeconds = 3_600 }) =>
      new SignJWT({ scope: scopes.join(' '), ...(customerId !== undefined && { customer_id: customerId }) })
        .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid })
        .setIssuer(url)
        .setAudience(audience)
        .setSubject(customerId ?? 'staff')
        .setIssuedAt()
        .setExpirationTime(new Date(Date.now() + lifetimeSeconds * 1_000))
        .sign(privateKey),
    published,
    fetches: () => fetches,
    privateKey,
    publicKey,
    claims: (changes) => ({
      iss: url,
      aud: audience,
      sub: 'staff',
      exp: Math.floor(Date.now() / 1000) + 3600,
      scope: 'programme customers:read',
      ...changes,
    }),
  };
}
