import { Arg, Ctx, Mutation, Resolver } from 'type-graphql';
import { Scope } from '../auth/inbound/scope.js';
import type { GatewayContext } from '../context.js';
import type { ClientKey } from '../datasources/mutations/idempotency-key.js';
import { AuthorisationActionInput } from '../schema/authorisation/authorisation.input.js';
import { AuthorisationPayload } from '../schema/authorisation/authorisation.payload.js';
import { CardActionInput } from '../schema/card/card.input.js';
import { CardPayload } from '../schema/card/card.payload.js';
import { CustomerActionInput } from '../schema/customer/customer.input.js';
import { CustomerPayload } from '../schema/customer/customer.payload.js';
import { SimulateCardAuthorisationInput } from '../schema/simulator/simulator.input.js';
import { MutationKey } from './arguments.js';
import { Door } from './door.js';

/** In the schema only where the API is a sandbox (`OFFBLOCKS_SIMULATOR`). */
@Resolver()
export class SimulatorResolver {
  @Door(Scope.Simulator)
  @Mutation(() => CustomerPayload, {
    description: 'Sandbox only. Passes the pending identity check: VERIFYING becomes ACTIVE.',
  })
  simulateCustomerVerification(
    @Arg('input', () => CustomerActionInput, { description: 'Which customer.' }) input: CustomerActionInput,
    @MutationKey() key: ClientKey,
    @Ctx() { customers }: GatewayContext,
  ): Promise<CustomerPayload> {
    return customers.simulateVerification(input, key);
  }

  @Door(Scope.Simulator)
  @Mutation(() => CustomerPayload, {
    description: 'Sandbox only. Fails the pending identity check: VERIFYING becomes REJECTED, for good.',
  })
  simulateCustomerRejection(
    @Arg('input', () => CustomerActionInput, { description: 'Which customer.' }) input: CustomerActionInput,
    @MutationKey() key: ClientKey,
    @Ctx() { customers }: GatewayContext,
  ): Promise<CustomerPayload> {
    return customers.simulateRejection(input, key);
  }

  @Door(Scope.Simulator)
  @Mutation(() => CardPayload, { description: 'Sandbox only. Has the issuer issue the card: ISSUING becomes ACTIVE.' })
  simulateCardIssue(
    @Arg('input', () => CardActionInput, { description: 'Which card.' }) input: CardActionInput,
    @MutationKey() key: ClientKey,
    @Ctx() { cards }: GatewayContext,
  ): Promise<CardPayload> {
    return cards.simulateIssue(input, key);
  }

  @Door(Scope.Simulator)
  @Mutation(() => CardPayload, {
    description: 'Sandbox only. Has the issuer refuse the card: ISSUING becomes ISSUE_FAILED, for good.',
  })
  simulateCardIssueFailure(
    @Arg('input', () => CardActionInput, { description: 'Which card.' }) input: CardActionInput,
    @MutationKey() key: ClientKey,
    @Ctx() { cards }: GatewayContext,
  ): Promise<CardPayload> {
    return cards.simulateIssueFailure(input, key);
  }

  @Door(Scope.Simulator)
  @Mutation(() => AuthorisationPayload, {
    description:
      'Sandbox only. Uses the card in a shop: a PENDING authorisation, captured by itself a moment later unless `capture` is false.',
  })
  simulateCardAuthorisation(
    @Arg('input', () => SimulateCardAuthorisationInput, { description: 'Which card, and how much.' })
    input: SimulateCardAuthorisationInput,
    @MutationKey() key: ClientKey,
    @Ctx() { authorisations }: GatewayContext,
  ): Promise<AuthorisationPayload> {
    return authorisations.simulate(input, key);
  }

  @Door(Scope.Simulator)
  @Mutation(() => AuthorisationPayload, {
    description: 'Sandbox only. The shop takes the money: PENDING becomes CAPTURED, and a transaction follows.',
  })
  simulateAuthorisationCapture(
    @Arg('input', () => AuthorisationActionInput, { description: 'Which authorisation.' })
    input: AuthorisationActionInput,
    @MutationKey() key: ClientKey,
    @Ctx() { authorisations }: GatewayContext,
  ): Promise<AuthorisationPayload> {
    return authorisations.simulateCapture(input, key);
  }

  @Door(Scope.Simulator)
  @Mutation(() => AuthorisationPayload, {
    description: 'Sandbox only. The shop lets the money go: PENDING becomes RELEASED.',
  })
  simulateAuthorisationRelease(
    @Arg('input', () => AuthorisationActionInput, { description: 'Which authorisation.' })
    input: AuthorisationActionInput,
    @MutationKey() key: ClientKey,
    @Ctx() { authorisations }: GatewayContext,
  ): Promise<AuthorisationPayload> {
    return authorisations.simulateRelease(input, key);
  }
}
