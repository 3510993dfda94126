import type { HttpTransport } from './http-transport.js';
import { UpstreamFailure } from './upstream-failure.js';

export interface TokenResponse {
  token: string;
  /** Unix time in seconds. */
  expiresAt: number;
  tokenType: string;
}

const ROUTE = '/auth/token';

/**
 * `POST /auth/token`, unsigned: the published example carries neither signature nor idempotency key.
 * Source: https://docs.offblocks.xyz/developer-guides/api-integration/authentication
 */
export function createTokenRequest(options: {
  transport: HttpTransport;
  baseUrl: URL;
  credentials: { apiKey: string; apiSecret: string };
  timeoutMs: number;
}): () => Promise<TokenResponse> {
  const { transport, baseUrl, credentials, timeoutMs } = options;
  const path = `${baseUrl.pathname.replace(/\/$/, '')}${ROUTE}`;

  return async function requestToken() {
    const { status, body } = await transport.send({
      method: 'POST',
      path,
      route: ROUTE,
      headers: { accept: 'application/json', 'content-type': 'application/json' },
      body: Buffer.from(JSON.stringify(credentials)),
      timeoutMs,
    });
    if (status >= 500 || status === 429) throw new UpstreamFailure({ kind: 'status', route: ROUTE, status });
    if (status < 200 || status >= 300) throw new UpstreamFailure({ kind: 'credentials', route: ROUTE, status });
    return decodeTokenResponse(body);
  };
}

function decodeTokenResponse(body: Buffer): TokenResponse {
  let wire: { token?: unknown; expiresAt?: unknown; tokenType?: unknown } | null = null;
  try {
    wire = JSON.parse(body.toString('utf8'));
  } catch {
    // Falls through to the check below: an answer that is not JSON has no token either.
  }
  const token = wire?.token;
  const expiresAt = wire?.expiresAt;
  if (typeof token !== 'string' || typeof expiresAt !== 'number') {
    throw new UpstreamFailure({ kind: 'invalid', route: ROUTE, detail: 'no token or no expiresAt' });
  }
  return { token, expiresAt, tokenType: typeof wire?.tokenType === 'string' ? wire.tokenType : 'Bearer' };
}
