import type { ApolloServerPlugin } from '@apollo/server';
import { unwrapResolverError } from '@apollo/server/errors';
import type { GatewayContext } from '../../context.js';
import { UpstreamFailure } from '../../datasources/http/upstream-failure.js';

/** Nothing of the answer is there: every field at the top is null. */
function isEmpty(data: Readonly<Record<string, unknown>> | null | undefined): boolean {
  return !data || Object.values(data).every((value) => value === null);
}

/**
 * HTTP 503 with Retry-After where nothing at all could be answered, because the gateway did not even ask the API: it is away, or
 * too much waits for it already. An answer with anything in it stays 200.
 */
export function unavailablePlugin(): ApolloServerPlugin<GatewayContext> {
  return {
    async requestDidStart() {
      let retryAfterMs = 0;
      let isRefused = false;
      return {
        async didEncounterErrors({ errors }) {
          const causes = errors.map((error) => unwrapResolverError(error));
          const refusals = causes.filter((cause) => cause instanceof UpstreamFailure && cause.kind === 'refused');
          isRefused = refusals.length > 0 && refusals.length === causes.length;
          for (const refusal of refusals as UpstreamFailure[]) {
            retryAfterMs = Math.max(retryAfterMs, refusal.retryAfterMs ?? 0);
          }
        },
        async willSendResponse({ response }) {
          if (!isRefused || response.body.kind !== 'single' || !isEmpty(response.body.singleResult.data)) return;
          response.http.status = 503;
          response.http.headers.set('retry-after', String(Math.max(1, Math.ceil(retryAfterMs / 1_000))));
        },
      };
    },
  };
}
