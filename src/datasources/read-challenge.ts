import type { Challenge } from '../schema/challenge/challenge.type.js';
import { UpstreamFailure } from './http/upstream-failure.js';
import type { RequestScope } from './request-scope.js';
import { decodeChallengeOrNull } from './wire/challenge.wire.js';

/** The present challenge below `route`; null when there is none. Never cached: reading one can make earlier ones invalid. */
export async function readChallenge(
  { client, onUnknownValue }: Pick<RequestScope, 'client' | 'onUnknownValue'>,
  route: string,
  id: string,
): Promise<Challenge | null> {
  try {
    const { body } = await client.call({ method: 'GET', route, params: { id } });
    return body === undefined ? null : decodeChallengeOrNull(body, onUnknownValue);
  } catch (error) {
    if (error instanceof UpstreamFailure && error.status === 404) return null;
    throw error;
  }
}
