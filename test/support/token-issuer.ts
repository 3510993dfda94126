import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { defaultScopes } from '../../src/auth/inbound/development-token-request.js';
import { closeAfterAll } from './teardown.js';

export interface TokenRequest {
  customerId?: string;
  /** Default: every scope that can be of use to such a caller. */
  scopes?: readonly string[];
}

/** An issuer of access tokens with a JWK Set at an address, as in production. */
export interface TestTokenIssuer {
  /** `AUTH_…` for a gateway that trusts it. */
  env: Record<string, string>;
  issue(request: TokenRequest): Promise<string>;
}

export async function startTokenIssuer(): Promise<TestTokenIssuer> {
  const { publicKey, privateKey } = await generateKeyPair('ES256');
  const kid = 'test-issuer';
  const jwks = JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), kid, alg: 'ES256', use: 'sig' }] });
  const server = createServer((_request, response) => {
    response.setHeader('content-type', 'application/json').end(jwks);
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
    issue: ({ customerId, scopes = defaultScopes(customerId) }) =>
      new SignJWT({ scope: scopes.join(' '), ...(customerId !== undefined && { customer_id: customerId }) })
        .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid })
        .setIssuer(url)
        .setAudience(audience)
        .setSubject(customerId ?? 'staff')
        .setIssuedAt()
        .setExpirationTime('1h')
        .sign(privateKey),
  };
}
