import type { AuthorisationActionInput } from '../schema/authorisation/authorisation.input.js';
import type { AuthorisationPayload } from '../schema/authorisation/authorisation.payload.js';
import type { Authorisation } from '../schema/authorisation/authorisation.type.js';
import { AuthorisationStatus } from '../schema/authorisation/authorisation-status.enum.js';
import { cardActionsFor } from '../schema/card/card-actions.js';
import { CardStatus } from '../schema/card/card-status.enum.js';
import type { SimulateCardAuthorisationInput } from '../schema/simulator/simulator.input.js';
import { NotFoundError } from '../schema/user-error/request-errors.type.js';
import { InvalidAuthorisationStateError, InvalidCardStateError } from '../schema/user-error/state-errors.type.js';
import { tag } from './cache/cache-tags.js';
import { authorisationResource, cardResource } from './loaders/resources.js';
import type { ClientKey } from './mutations/idempotency-key.js';
import { InputCheck } from './mutations/input-check.js';
import type { MutationName } from './mutations/mutation-name.js';
import type { RequestScope } from './request-scope.js';

const SUBJECT = ['input', 'authorisationId'] as const;
const CARD_SUBJECT = ['input', 'cardId'] as const;

/** A capture makes a transaction with the same ID, in the lists of its account and its card. */
function tagsOf({ id, accountId, cardId }: Authorisation): string[] {
  return [tag.accountTransactions(accountId), tag.cardTransactions(cardId), tag.transaction(id), tag.authorisation(id)];
}

/** Authorisations of the API. Source: https://docs.offblocks.xyz/developer-guides/api-integration/api-reference/transactions */
export class AuthorisationsDatasource {
  constructor(private readonly scope: RequestScope) {}

  get(id: string): Promise<Authorisation | null> {
    return this.scope.loaders.authorisation.load(id);
  }

  async simulate(input: SimulateCardAuthorisationInput, key: ClientKey): Promise<AuthorisationPayload> {
    const { reader, reach, mutations } = this.scope;
    const check = new InputCheck();
    const cardId = check.id('cardId', input.cardId);
    const { amount, currency, capture } = input;
    if (!/[1-9]/.test(amount) || amount.startsWith('-'))
      check.refuse(['amount'], 'amount has to be greater than zero.');
    const { value, ...rest } = await mutations.run<Authorisation>({
      mutation: 'simulateCardAuthorisation',
      key,
      problems: check.problems,
      isReachable: () => reach.card(cardId),
      subjectField: CARD_SUBJECT,
      call: {
        method: 'POST',
        route: '/simulator/cards/{id}/authorisation',
        params: { id: cardId },
        body: { amount, currency, capture },
      },
      complete: async (body) => reader.decodeCreated(authorisationResource, body),
      // Without a look-up: the API lists no authorisations.
      entityIdOf: (authorisation) => authorisation?.id ?? null,
      read: (id) => this.get(id),
      touches: (authorisation) => authorisation && tagsOf(authorisation),
      explain: async () => {
        const card = await reader.readFresh(cardResource, cardId);
        if (!card) return new NotFoundError({ message: 'There is no such card.', field: CARD_SUBJECT });
        if (card.status === CardStatus.ACTIVE) return null;
        return new InvalidCardStateError({
          message: `A card that is ${card.status} cannot be charged; it takes one that is ACTIVE.`,
          field: CARD_SUBJECT,
          currentStatus: card.status,
          availableActions: cardActionsFor(card.status),
        });
      },
    });
    return { authorisation: value as Authorisation | null, ...rest };
  }

  simulateCapture(input: AuthorisationActionInput, key: ClientKey): Promise<AuthorisationPayload> {
    const route = '/simulator/authorisations/{id}/capture';
    const done = [AuthorisationStatus.CAPTURING, AuthorisationStatus.CAPTURED];
    return this.change({ mutation: 'simulateAuthorisationCapture', route, done }, input, key);
  }

  simulateRelease(input: AuthorisationActionInput, key: ClientKey): Promise<AuthorisationPayload> {
    const route = '/simulator/authorisations/{id}/release';
    const done = [AuthorisationStatus.RELEASING, AuthorisationStatus.RELEASED];
    return this.change({ mutation: 'simulateAuthorisationRelease', route, done }, input, key);
  }

  private async change(
    change: { mutation: MutationName; route: string; done: readonly AuthorisationStatus[] },
    input: AuthorisationActionInput,
    key: ClientKey,
  ) {
    const { mutation, route, done } = change;
    const { reader, reach, mutations } = this.scope;
    const check = new InputCheck();
    const id = check.id('authorisationId', input.authorisationId);
    const { value, ...rest } = await mutations.run<Authorisation | null>({
      mutation,
      key,
      problems: check.problems,
      isReachable: () => reach.authorisation(id),
      subjectField: SUBJECT,
      call: { method: 'PATCH', route, params: { id } },
      complete: async (body) =>
        reader.decodeAnswer(authorisationResource, body, id) ?? reader.readFresh(authorisationResource, id),
      entityIdOf: () => id,
      read: () => this.get(id),
      lookUp: async () => {
        const authorisation = await reader.readFresh(authorisationResource, id);
        return authorisation && done.includes(authorisation.status) ? authorisation : null;
      },
      touches: async (result) => {
        const authorisation = result ?? (await reader.readFresh(authorisationResource, id));
        return authorisation && tagsOf(authorisation);
      },
      explain: async () => {
        const authorisation = await reader.readFresh(authorisationResource, id);
        if (!authorisation) return new NotFoundError({ message: 'There is no such authorisation.', field: SUBJECT });
        if (authorisation.status === AuthorisationStatus.PENDING) return null;
        return new InvalidAuthorisationStateError({
          message: `An authorisation that is ${authorisation.status} does not allow this; it takes one that is PENDING.`,
          field: SUBJECT,
          currentStatus: authorisation.status,
        });
      },
    });
    return { authorisation: value as Authorisation | null, ...rest };
  }
}
