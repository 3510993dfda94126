import type {
  AccountActionInput,
  CreateAccountInput,
  SignAccountChallengeInput,
} from '../schema/account/account.input.js';
import type { AccountPayload, CreateAccountPayload } from '../schema/account/account.payload.js';
import type { Account } from '../schema/account/account.type.js';
import { AccountAction } from '../schema/account/account-action.enum.js';
import { accountActionsFor } from '../schema/account/account-actions.js';
import { AccountStatus } from '../schema/account/account-status.enum.js';
import { AccountType } from '../schema/account/account-type.enum.js';
import type { Challenge } from '../schema/challenge/challenge.type.js';
import { customerActionsFor } from '../schema/customer/customer-actions.js';
import { CustomerStatus } from '../schema/customer/customer-status.enum.js';
import { NotFoundError, RejectedByApiError } from '../schema/user-error/request-errors.type.js';
import { InvalidAccountStateError, InvalidCustomerStateError } from '../schema/user-error/state-errors.type.js';
import type { UserError } from '../schema/user-error/user-error.type.js';
import { tag } from './cache/cache-tags.js';
import { type Creation, challengeOf, entityOf } from './creation.js';
import type { EntityList } from './loaders/entity-list.js';
import { accountResource, accountsOfCustomer, cardsOfAccount, customerResource } from './loaders/resources.js';
import type { ClientKey } from './mutations/idempotency-key.js';
import { InputCheck } from './mutations/input-check.js';
import type { MutationName } from './mutations/mutation-name.js';
import { isWithin, type MutationPlan, onlyOne } from './mutations/mutation-plan.js';
import { WALLET_SIGNATURE } from './mutations/wallet-signature.js';
import { readChallenge } from './read-challenge.js';
import type { RequestScope } from './request-scope.js';
import { decodeChallengeOrNull, encodeWalletSignature } from './wire/challenge.wire.js';

const SUBJECT = ['input', 'accountId'] as const;

/** Accounts of the API. Source: https://docs.offblocks.xyz/developer-guides/api-integration/api-reference/accounts */
export class AccountsDatasource {
  constructor(private readonly scope: RequestScope) {}

  get(id: string): Promise<Account | null> {
    return this.scope.loaders.account.load(id);
  }

  /** Every account of the programme, oldest first. */
  list(): Promise<EntityList<Account>> {
    return this.scope.loaders.accounts.load('all');
  }

  /** Oldest first; empty for a customer that does not exist. */
  listByCustomer(customerId: string): Promise<EntityList<Account>> {
    return this.scope.loaders.accountsOfCustomer.load(customerId);
  }

  challenge(id: string): Promise<Challenge | null> {
    return readChallenge(this.scope, '/accounts/{id}/challenge', id);
  }

  async create(input: CreateAccountInput, key: ClientKey): Promise<CreateAccountPayload> {
    const { reader, reach, mutations, onUnknownValue } = this.scope;
    const check = new InputCheck();
    const customerId = check.id('customerId', input.customerId);
    const { type, currencies } = input;
    if (type === AccountType.UNKNOWN) check.refuse(['type'], 'type has to be a type that can be created.');
    if (currencies.length === 0) check.refuse(['currencies'], 'currencies must name at least one currency.');
    if (currencies.length > 20) check.refuse(['currencies'], 'currencies must not name more than 20 currencies.');
    const subject = ['input', 'customerId'];
    const creationOf = (entity: Account): Creation<Account> => ({
      entity,
      // Signed already: there is nothing left to sign.
      challenge: async () => (entity.status === AccountStatus.INITIATING ? this.challenge(entity.id) : null),
    });
    const { value, ...rest } = await mutations.run<Creation<Account>>({
      mutation: 'createAccount',
      key,
      problems: check.problems,
      isReachable: () => reach.customer(customerId),
      subjectField: subject,
      call: {
        method: 'POST',
        route: '/customers/{id}/accounts',
        params: { id: customerId },
        body: { type: type.toLowerCase(), currencies },
      },
      complete: async (body) => {
        const entity = reader.decodeCreated(accountResource, body);
        const challenge = decodeChallengeOrNull(body, onUnknownValue);
        return { entity, challenge: async () => challenge };
      },
      entityIdOf: (creation) => creation?.entity.id ?? null,
      read: async (id) => {
        const account = await this.get(id);
        return account && creationOf(account);
      },
      lookUp: async (window) => {
        const { items } = await reader.readChildrenFresh(accountsOfCustomer, customerId);
        const made = items.filter(
          (account) => account.type === type && isSameSet(account.currencies, currencies) && isWithin(account, window),
        );
        const account = onlyOne(made);
        return account && creationOf(account);
      },
      touches: (creation) => [
        tag.accounts,
        tag.customerAccounts(customerId),
        ...(creation ? [tag.account(creation.entity.id), tag.accountCards(creation.entity.id)] : []),
      ],
      explain: async () => {
        const customer = await reader.readFresh(customerResource, customerId);
        if (!customer) return new NotFoundError({ message: 'There is no such customer.', field: subject });
        if (customer.status === CustomerStatus.ACTIVE) return null;
        return new InvalidCustomerStateError({
          message: `A customer who is ${customer.status} cannot have a new account; it takes one who is ACTIVE.`,
          field: subject,
          currentStatus: customer.status,
          availableActions: customerActionsFor(customer.status),
        });
      },
    });
    return {
      account: entityOf(value),
      get challenge() {
        return challengeOf(value) as unknown as Challenge | null;
      },
      ...rest,
    };
  }

  signChallenge(input: SignAccountChallengeInput, key: ClientKey): Promise<AccountPayload> {
    const check = new InputCheck();
    const id = check.id('accountId', input.accountId);
    check.text(['signature'], input.signature, WALLET_SIGNATURE);
    const { ownerId, challenge } = input;
    return this.change({
      mutation: 'signAccountChallenge',
      key,
      id,
      check,
      call: {
        method: 'POST',
        route: '/accounts/{id}/challenge/sign',
        body: { ownerId, challenge, signature: encodeWalletSignature(input.signature) },
      },
      isAllowedIn: (status) => status === AccountStatus.INITIATING,
      isDoneIn: (status) => status !== AccountStatus.INITIATING && status !== AccountStatus.FAILED,
      otherwise: (httpStatus) =>
        new RejectedByApiError({
          message:
            'The API did not accept the challenge, its signature or the owner. Fetch a new challenge and sign that.',
          field: ['input', 'signature'],
          httpStatus,
        }),
    });
  }

  activate(input: AccountActionInput, key: ClientKey): Promise<AccountPayload> {
    return this.act(
      'activateAccount',
      { method: 'PATCH', route: '/accounts/{id}/activate' },
      { action: AccountAction.ACTIVATE, bringsAbout: AccountStatus.ACTIVE },
      input,
      key,
    );
  }

  deactivate(input: AccountActionInput, key: ClientKey): Promise<AccountPayload> {
    return this.act(
      'deactivateAccount',
      { method: 'PATCH', route: '/accounts/{id}/deactivate' },
      { action: AccountAction.DEACTIVATE, bringsAbout: AccountStatus.INACTIVE },
      input,
      key,
    );
  }

  close(input: AccountActionInput, key: ClientKey): Promise<AccountPayload> {
    return this.act(
      'closeAccount',
      { method: 'DELETE', route: '/accounts/{id}' },
      { action: AccountAction.CLOSE, bringsAbout: AccountStatus.CLOSED },
      input,
      key,
    );
  }

  private act(
    mutation: MutationName,
    call: MutationPlan<Account>['call'],
    { action, bringsAbout }: { action: AccountAction; bringsAbout: AccountStatus },
    input: AccountActionInput,
    key: ClientKey,
  ): Promise<AccountPayload> {
    const check = new InputCheck();
    const id = check.id('accountId', input.accountId);
    const isAllowedIn = (status: AccountStatus) => accountActionsFor(status, []).includes(action);
    const isDoneIn = (status: AccountStatus) => status === bringsAbout;
    return this.change({ mutation, key, id, check, call, isAllowedIn, isDoneIn });
  }

  private async change(change: {
    mutation: MutationName;
    key: ClientKey;
    id: string;
    check: InputCheck;
    call: MutationPlan<Account>['call'];
    isAllowedIn(status: AccountStatus): boolean;
    /** Whether the account is where the mutation was to bring it. */
    isDoneIn(status: AccountStatus): boolean;
    otherwise?(httpStatus: number): UserError;
  }): Promise<AccountPayload> {
    const { mutation, key, id, check, call, isAllowedIn, isDoneIn, otherwise } = change;
    const { reader, reach, mutations } = this.scope;
    const { value, ...rest } = await mutations.run<Account | null>({
      mutation,
      key,
      problems: check.problems,
      isReachable: () => reach.account(id),
      subjectField: SUBJECT,
      call: { ...call, params: { id } },
      announces: [tag.accountCards(id), tag.account(id)],
      complete: async (body) => reader.decodeAnswer(accountResource, body, id) ?? reader.readFresh(accountResource, id),
      entityIdOf: () => id,
      read: () => this.get(id),
      lookUp: async () => {
        const account = await reader.readFresh(accountResource, id);
        return account && isDoneIn(account.status) ? account : null;
      },
      touches: (account) => this.tagsOf(id, account),
      explain: async (status) => {
        const account = await reader.readFresh(accountResource, id);
        if (!account) return new NotFoundError({ message: 'There is no such account.', field: SUBJECT });
        if (isAllowedIn(account.status)) return otherwise?.(status) ?? null;
        const cards = await reader.readChildrenFresh(cardsOfAccount, id);
        return new InvalidAccountStateError({
          message: `An account that is ${account.status} does not allow this.`,
          field: SUBJECT,
          currentStatus: account.status,
          availableActions: accountActionsFor(account.status, cards.items),
        });
      },
    });
    return { account: value as Account | null, ...rest };
  }

  /** The account and, since the API deactivates them with it, all of its cards. */
  private async tagsOf(id: string, result: Account | null): Promise<string[] | null> {
    const { reader } = this.scope;
    const account = result ?? (await reader.readFresh(accountResource, id));
    if (!account) return null;
    const cards = await reader.readChildrenFresh(cardsOfAccount, id);
    return [
      tag.cards,
      tag.accounts,
      tag.customerAccounts(account.customerId),
      tag.accountCards(id),
      tag.account(id),
      ...cards.items.map((card) => tag.card(card.id)),
    ];
  }
}

function isSameSet(one: readonly string[], other: readonly string[]): boolean {
  const [first, second] = [new Set(one), new Set(other)];
  return first.size === second.size && [...first].every((member) => second.has(member));
}
