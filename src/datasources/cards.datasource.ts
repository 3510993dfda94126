import { accountActionsFor, takesPlace } from '../schema/account/account-actions.js';
import { AccountStatus } from '../schema/account/account-status.enum.js';
import type { AddressInput } from '../schema/card/address.input.js';
import type { CardActionInput, CreateCardInput } from '../schema/card/card.input.js';
import type { CardPayload, CreateCardPayload } from '../schema/card/card.payload.js';
import type { Card } from '../schema/card/card.type.js';
import { CardAction } from '../schema/card/card-action.enum.js';
import { cardActionsFor } from '../schema/card/card-actions.js';
import { CardStatus } from '../schema/card/card-status.enum.js';
import { CardType } from '../schema/card/card-type.enum.js';
import { NotFoundError } from '../schema/user-error/request-errors.type.js';
import {
  CardLimitReachedError,
  InvalidAccountStateError,
  InvalidCardStateError,
} from '../schema/user-error/state-errors.type.js';
import type { UserError } from '../schema/user-error/user-error.type.js';
import { tag } from './cache/cache-tags.js';
import type { EntityList } from './loaders/entity-list.js';
import { accountResource, cardResource, cardsOfAccount } from './loaders/resources.js';
import type { ClientKey } from './mutations/idempotency-key.js';
import { InputCheck } from './mutations/input-check.js';
import type { MutationName } from './mutations/mutation-name.js';
import { isWithin, type MutationPlan, onlyOne } from './mutations/mutation-plan.js';
import type { RequestScope } from './request-scope.js';

const SUBJECT = ['input', 'cardId'] as const;
const ACCOUNT_SUBJECT = ['input', 'accountId'] as const;

/** Cards of the API. Source: https://docs.offblocks.xyz/developer-guides/api-integration/api-reference/cards */
export class CardsDatasource {
  constructor(private readonly scope: RequestScope) {}

  get(id: string): Promise<Card | null> {
    return this.scope.loaders.card.load(id);
  }

  /** Every card of the programme, oldest first. */
  list(): Promise<EntityList<Card>> {
    return this.scope.loaders.cards.load('all');
  }

  /** Oldest first; empty for an account that does not exist. */
  listByAccount(accountId: string): Promise<EntityList<Card>> {
    return this.scope.loaders.cardsOfAccount.load(accountId);
  }

  async create(input: CreateCardInput, key: ClientKey): Promise<CreateCardPayload> {
    const { reader, reach, mutations } = this.scope;
    const check = new InputCheck();
    const accountId = check.id('accountId', input.accountId);
    const { type, billingAddress, shippingAddress } = input;
    if (type === CardType.UNKNOWN) check.refuse(['type'], 'type has to be VIRTUAL or PHYSICAL.');
    checkAddress(check, 'billingAddress', billingAddress);
    if (shippingAddress) checkAddress(check, 'shippingAddress', shippingAddress);
    else if (type === CardType.PHYSICAL) {
      check.refuse(['shippingAddress'], 'A physical card needs a shippingAddress: where should it be sent?');
    }
    const { value, ...rest } = await mutations.run<Card>({
      mutation: 'createCard',
      key,
      problems: check.problems,
      isReachable: () => reach.account(accountId),
      subjectField: ACCOUNT_SUBJECT,
      call: {
        method: 'POST',
        route: '/accounts/{id}/cards',
        params: { id: accountId },
        body: {
          type: type.toLowerCase(),
          billingAddress: encodeAddress(billingAddress),
          ...(shippingAddress && { shippingAddress: encodeAddress(shippingAddress) }),
        },
      },
      announces: [tag.accountCards(accountId)],
      complete: async (body) => reader.decodeCreated(cardResource, body),
      entityIdOf: (card) => card?.id ?? null,
      read: (id) => this.get(id),
      lookUp: async (window) => {
        const cards = await reader.readChildrenFresh(cardsOfAccount, accountId);
        return onlyOne(cards.items.filter((card) => card.type === type && isWithin(card, window)));
      },
      touches: (card) => [tag.cards, tag.accountCards(accountId), ...(card ? [tag.card(card.id)] : [])],
      explain: () => this.explainCreation(accountId, type),
    });
    return { card: value as Card | null, ...rest };
  }

  activate(input: CardActionInput, key: ClientKey): Promise<CardPayload> {
    return this.act(
      'activateCard',
      { method: 'PATCH', route: '/cards/{id}/activate' },
      { action: CardAction.ACTIVATE, bringsAbout: CardStatus.ACTIVE },
      input,
      key,
    );
  }

  deactivate(input: CardActionInput, key: ClientKey): Promise<CardPayload> {
    return this.act(
      'deactivateCard',
      { method: 'PATCH', route: '/cards/{id}/deactivate' },
      { action: CardAction.DEACTIVATE, bringsAbout: CardStatus.INACTIVE },
      input,
      key,
    );
  }

  terminate(input: CardActionInput, key: ClientKey): Promise<CardPayload> {
    return this.act(
      'terminateCard',
      { method: 'DELETE', route: '/cards/{id}' },
      { action: CardAction.TERMINATE, bringsAbout: CardStatus.TERMINATED },
      input,
      key,
    );
  }

  simulateIssue(input: CardActionInput, key: ClientKey): Promise<CardPayload> {
    return this.simulate('simulateCardIssue', '/simulator/cards/{id}/issue', CardStatus.ACTIVE, input, key);
  }

  simulateIssueFailure(input: CardActionInput, key: ClientKey): Promise<CardPayload> {
    return this.simulate('simulateCardIssueFailure', '/simulator/cards/{id}/fail', CardStatus.ISSUE_FAILED, input, key);
  }

  private act(
    mutation: MutationName,
    call: MutationPlan<Card>['call'],
    { action, bringsAbout }: { action: CardAction; bringsAbout: CardStatus },
    input: CardActionInput,
    key: ClientKey,
  ): Promise<CardPayload> {
    return this.change({
      mutation,
      key,
      input,
      call,
      isAllowedIn: (status) => cardActionsFor(status).includes(action),
      bringsAbout,
    });
  }

  private simulate(
    mutation: MutationName,
    route: string,
    bringsAbout: CardStatus,
    input: CardActionInput,
    key: ClientKey,
  ): Promise<CardPayload> {
    const isAllowedIn = (status: CardStatus) => status === CardStatus.ISSUING;
    return this.change({ mutation, key, input, call: { method: 'PATCH', route }, isAllowedIn, bringsAbout });
  }

  private async change(change: {
    mutation: MutationName;
    key: ClientKey;
    input: CardActionInput;
    call: MutationPlan<Card>['call'];
    isAllowedIn(status: CardStatus): boolean;
    bringsAbout: CardStatus;
  }): Promise<CardPayload> {
    const { mutation, key, input, call, isAllowedIn, bringsAbout } = change;
    const { reader, reach, mutations } = this.scope;
    const check = new InputCheck();
    const id = check.id('cardId', input.cardId);
    const { value, ...rest } = await mutations.run<Card | null>({
      mutation,
      key,
      problems: check.problems,
      isReachable: () => reach.card(id),
      subjectField: SUBJECT,
      call: { ...call, params: { id } },
      announces: [tag.card(id)],
      complete: async (body) => reader.decodeAnswer(cardResource, body, id) ?? reader.readFresh(cardResource, id),
      entityIdOf: () => id,
      read: () => this.get(id),
      lookUp: async () => {
        const card = await reader.readFresh(cardResource, id);
        return card?.status === bringsAbout ? card : null;
      },
      touches: async (result) => {
        const card = result ?? (await reader.readFresh(cardResource, id));
        return card && [tag.cards, tag.accountCards(card.accountId), tag.card(id)];
      },
      explain: async () => {
        const card = await reader.readFresh(cardResource, id);
        if (!card) return new NotFoundError({ message: 'There is no such card.', field: SUBJECT });
        if (isAllowedIn(card.status)) return null;
        return new InvalidCardStateError({
          message: `A card that is ${card.status} does not allow this.`,
          field: SUBJECT,
          currentStatus: card.status,
          availableActions: cardActionsFor(card.status),
        });
      },
    });
    return { card: value as Card | null, ...rest };
  }

  private async explainCreation(accountId: string, type: CardType): Promise<UserError | null> {
    const { reader } = this.scope;
    const account = await reader.readFresh(accountResource, accountId);
    if (!account) return new NotFoundError({ message: 'There is no such account.', field: ACCOUNT_SUBJECT });
    const cards = await reader.readChildrenFresh(cardsOfAccount, accountId);
    const existingCard = cards.items.find((card) => card.type === type && takesPlace(card));
    if (existingCard) {
      const kind = type.toLowerCase();
      const message = `The account has a ${kind} card already; it can have one virtual and one physical card.`;
      return new CardLimitReachedError({ message, field: ['input', 'type'], existingCard });
    }
    if (account.status === AccountStatus.ACTIVE) return null;
    return new InvalidAccountStateError({
      message: `An account that is ${account.status} cannot have a new card; it takes one that is ACTIVE.`,
      field: ACCOUNT_SUBJECT,
      currentStatus: account.status,
      availableActions: accountActionsFor(account.status, cards.items),
    });
  }
}

function checkAddress(check: InputCheck, field: string, address: AddressInput): void {
  for (const line of ['firstLine', 'secondLine', 'city', 'state', 'postCode'] as const) {
    check.text([field, line], address[line]);
  }
}

/** Absent lines stay absent. */
function encodeAddress({ firstLine, secondLine, city, state, country, postCode }: AddressInput) {
  return { firstLine, ...(secondLine && { secondLine }), city, ...(state && { state }), country, postCode };
}
