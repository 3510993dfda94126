import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { SignJWT } from 'jose';
import { ApiError, badRequest } from '../errors.js';
import { type JsonObject, readMatching, readText } from '../programme/body.js';
import { isUuid } from '../programme/identifiers.js';

/** Body of a token response; `expiresAt` is Unix time in seconds. */
export interface IssuedToken {
  token: string;
  expiresAt: number;
  tokenType: 'Bearer';
}

export interface CredentialsOptions {
  apiKey: string;
  apiSecret: string;
  tokenTtlSeconds: number;
  clock: () => Date;
  createId: () => string;
}

/**
 * The one pair of API credentials and the tokens issued for it.
 * Source: https://docs.offblocks.xyz/developer-guides/api-integration/authentication
 */
export class Credentials {
  readonly #options: CredentialsOptions;
  readonly #signingSecret = randomBytes(32);
  /** Tokens that are good, with their end in Unix seconds. A token that this process has not issued is not good. */
  readonly #tokens = new Map<string, number>();
  #pair: { apiKey: string; apiSecret: string } | undefined;

  constructor(options: CredentialsOptions) {
    this.#options = options;
    this.#pair = { apiKey: options.apiKey, apiSecret: options.apiSecret };
  }

  /** Exchanges the credentials for a JWT: 400 for a body without them, 401 for wrong ones. */
  async issueToken(body: JsonObject): Promise<IssuedToken> {
    const apiKey = readText(body, 'apiKey');
    const apiSecret = readText(body, 'apiSecret');
    const pair = this.#pair;
    if (
      !pair ||
      !isSameText(apiKey.toLowerCase(), pair.apiKey.toLowerCase()) ||
      !isSameText(apiSecret, pair.apiSecret)
    ) {
      throw new ApiError(401, 'invalid credentials');
    }
    const issuedAt = this.#nowSeconds();
    const expiresAt = issuedAt + this.#options.tokenTtlSeconds;
    const token = await new SignJWT()
      .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
      .setSubject(apiKey)
      .setJti(this.#options.createId())
      .setIssuedAt(issuedAt)
      .setExpirationTime(expiresAt)
      .sign(this.#signingSecret);
    for (const [known, end] of this.#tokens) if (end <= issuedAt) this.#tokens.delete(known);
    this.#tokens.set(token, expiresAt);
    return { token, expiresAt, tokenType: 'Bearer' };
  }

  /** Whether the value of an Authorization header is a bearer token that was issued here, is in force and not over. */
  accepts(authorization: string | undefined): boolean {
    const token = /^Bearer (\S+)$/i.exec(authorization ?? '')?.[1];
    const end = token === undefined ? undefined : this.#tokens.get(token);
    return end !== undefined && this.#nowSeconds() < end;
  }

  /** Replaces the pair; every token issued before becomes invalid. */
  replace(body: JsonObject): void {
    const apiKey = readMatching(body, { field: 'apiKey', accepts: isUuid, form: 'a UUID' });
    this.#pair = { apiKey, apiSecret: readText(body, 'apiSecret') };
    this.expireTokens();
  }

  /** Removes the pair for good; the sandbox takes the apiKey, whose place is not documented, from the query or the body. */
  remove(apiKey: string | undefined): void {
    if (apiKey === undefined || apiKey.toLowerCase() !== this.#pair?.apiKey.toLowerCase()) {
      throw badRequest('apiKey must name the credentials to delete');
    }
    this.#pair = undefined;
    this.expireTokens();
  }

  /** Makes every token invalid, as if its time were over. */
  expireTokens(): void {
    this.#tokens.clear();
  }

  /** Back to the pair of the options. */
  reset(): void {
    this.#pair = { apiKey: this.#options.apiKey, apiSecret: this.#options.apiSecret };
    this.expireTokens();
  }

  #nowSeconds(): number {
    return Math.floor(this.#options.clock().getTime() / 1000);
  }
}

function isSameText(left: string, right: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(left), digest(right));
}
