import { Arg, Ctx, Query, Resolver } from 'type-graphql';
import type { GatewayContext } from '../context.js';
import { GatewayError } from '../errors/gateway-error.js';
import { MutationOutcome } from '../schema/mutation-outcome/mutation-outcome.type.js';
import { UUIDScalar } from '../schema/scalars/uuid.scalar.js';
import { TokenDoor } from './door.js';

@Resolver(() => MutationOutcome)
export class MutationOutcomeResolver {
  @TokenDoor()
  @Query(() => MutationOutcome, {
    nullable: true,
    description:
      'What became of a mutation whose answer never arrived: one of your own, by the key in its `idempotency.key`. Null when ' +
      'nothing is known of that key. Null is no proof that nothing was done: to find out, send the mutation again with the ' +
      'same key, which is always safe within an hour. With a fresh key it is another mutation.',
  })
  async mutationOutcome(
    @Arg('idempotencyKey', () => UUIDScalar, { description: 'The key that the mutation was sent with.' })
    idempotencyKey: string,
    @Ctx() context: GatewayContext,
  ): Promise<MutationOutcome | null> {
    try {
      return await context.mutationOutcome(idempotencyKey);
    } catch (cause) {
      // Null would say that nothing is known, and have a client try again with a fresh key.
      throw new GatewayError('UPSTREAM_UNAVAILABLE', 'What became of mutations cannot be read at present.', {
        retryable: true,
        cause,
      });
    }
  }
}
