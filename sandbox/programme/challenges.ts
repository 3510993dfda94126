import { createHash } from 'node:crypto';
import { badRequest } from '../errors.js';
import { type JsonObject, readText } from './body.js';
import { splitChainAccountId } from './identifiers.js';
import type { Challenge } from './records.js';

/** Challenges live for one hour: https://docs.offblocks.xyz/developer-guides/api-integration/sign-in-with-x */
export const CHALLENGE_LIFETIME_MS = 3_600_000;
const DOMAIN = 'api.sandbox.offblocks.xyz';

/**
 * The message that a customer's wallet signs, in base64. For EVM chains it is a Sign-In with Ethereum message
 * (EIP-4361), the only form that the page describes; for other chains the sandbox writes the same facts as plain text.
 * Source: https://docs.offblocks.xyz/developer-guides/api-integration/sign-in-with-x
 */
export function createCustomerChallenge({
  chainId,
  nonce,
  now,
}: {
  chainId: string;
  nonce: string;
  now: Date;
}): Challenge {
  const { namespace, reference, address } = splitChainAccountId(chainId);
  const expires = new Date(now.getTime() + CHALLENGE_LIFETIME_MS);
  const facts = [
    `Nonce: ${nonceText(nonce)}`,
    `Issued At: ${now.toISOString()}`,
    `Expiration Time: ${expires.toISOString()}`,
  ];
  const message =
    namespace === 'eip155'
      ? [
          `${DOMAIN} wants you to sign in with your Ethereum account:`,
          address,
          '',
          'Prove that this wallet is yours.',
          '',
          `URI: https://${DOMAIN}`,
          'Version: 1',
          `Chain ID: ${reference}`,
          ...facts,
        ]
      : [`${DOMAIN} asks you to prove that this wallet is yours:`, chainId, '', ...facts];
  return toChallenge({ message: message.join('\n'), expires });
}

/**
 * The message that confirms the deployment of an account's smart contract, in base64.
 * Its text is made up: https://docs.offblocks.xyz/developer-guides/api-integration/blockchain-updates shows none.
 */
export function createAccountChallenge({
  accountId,
  nonce,
  now,
}: {
  accountId: string;
  nonce: string;
  now: Date;
}): Challenge {
  const expires = new Date(now.getTime() + CHALLENGE_LIFETIME_MS);
  const message = [
    `${DOMAIN} asks you to confirm the deployment of account ${accountId}.`,
    '',
    `Nonce: ${nonceText(nonce)}`,
    `Expiration Time: ${expires.toISOString()}`,
  ];
  return toChallenge({ message: message.join('\n'), expires });
}

/** Whether the challenge is still good at `now`. */
export function isChallengeAlive(challenge: Challenge | undefined, now: Date): challenge is Challenge {
  return challenge !== undefined && now.getTime() < challenge.expiresAtMs;
}

/**
 * Refuses (400) a signature that is not base64 of `0x` and hexadecimal digits, the form that the sign-in page demands.
 * The signature is not checked against the wallet: the sandbox of the API does not either for accounts
 * (https://docs.offblocks.xyz/developer-guides/step-by-step-guide/account-creation), and this one not for customers.
 */
export function assertWalletSignature(body: JsonObject): void {
  const text = Buffer.from(readText(body, 'signature'), 'base64').toString('latin1');
  if (!/^0x([0-9a-f]{2})+$/i.test(text)) throw badRequest('signature must be base64 of 0x and hexadecimal digits');
}

function toChallenge({ message, expires }: { message: string; expires: Date }): Challenge {
  return { value: Buffer.from(message).toString('base64'), expiresAtMs: expires.getTime() };
}

function nonceText(nonce: string): string {
  return createHash('sha256').update(nonce).digest('hex').slice(0, 17);
}
