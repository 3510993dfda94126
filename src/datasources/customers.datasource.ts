import type { Challenge } from '../schema/challenge/challenge.type.js';
import type {
  CreateCustomerInput,
  CustomerActionInput,
  SignCustomerChallengeInput,
} from '../schema/customer/customer.input.js';
import type { CreateCustomerPayload, CustomerPayload } from '../schema/customer/customer.payload.js';
import type { Customer } from '../schema/customer/customer.type.js';
import { CustomerAction } from '../schema/customer/customer-action.enum.js';
import { customerActionsFor } from '../schema/customer/customer-actions.js';
import { CustomerStatus } from '../schema/customer/customer-status.enum.js';
import { NotFoundError, RejectedByApiError } from '../schema/user-error/request-errors.type.js';
import { InvalidCustomerStateError } from '../schema/user-error/state-errors.type.js';
import type { UserError } from '../schema/user-error/user-error.type.js';
import { UserErrorCode } from '../schema/user-error/user-error-code.enum.js';
import { tag } from './cache/cache-tags.js';
import { type Creation, challengeOf, entityOf } from './creation.js';
import type { EntityList } from './loaders/entity-list.js';
import { accountsOfCustomer, cardsOfAccount, customerResource } from './loaders/resources.js';
import type { ClientKey } from './mutations/idempotency-key.js';
import { InputCheck } from './mutations/input-check.js';
import type { MutationName } from './mutations/mutation-name.js';
import { isWithin, type MutationPlan, onlyOne } from './mutations/mutation-plan.js';
import { WALLET_SIGNATURE } from './mutations/wallet-signature.js';
import { readChallenge } from './read-challenge.js';
import type { RequestScope } from './request-scope.js';
import { decodeChallengeOrNull, encodeWalletSignature } from './wire/challenge.wire.js';

const SUBJECT = ['input', 'customerId'] as const;

/** Customers of the API. Source: https://docs.offblocks.xyz/developer-guides/api-integration/api-reference/customers */
export class CustomersDatasource {
  constructor(private readonly scope: RequestScope) {}

  get(id: string): Promise<Customer | null> {
    return this.scope.loaders.customer.load(id);
  }

  /** Every customer of the programme, oldest first. */
  list(): Promise<EntityList<Customer>> {
    return this.scope.loaders.customers.load('all');
  }

  challenge(id: string): Promise<Challenge | null> {
    return readChallenge(this.scope, '/customers/{id}/challenge', id);
  }

  async create(input: CreateCustomerInput, key: ClientKey): Promise<CreateCustomerPayload> {
    const check = new InputCheck();
    check.text(['externalId'], input.externalId);
    const { chainId, externalId } = input;
    const creationOf = (entity: Customer): Creation<Customer> => ({
      entity,
      // Signed already: there is nothing left to sign.
      challenge: async () => (entity.status === CustomerStatus.INITIATING ? this.challenge(entity.id) : null),
    });
    const { value, ...rest } = await this.scope.mutations.run<Creation<Customer>>({
      mutation: 'createCustomer',
      key,
      problems: check.problems,
      isReachable: async () => true,
      call: { method: 'POST', route: '/customers', body: { chainId, externalId } },
      complete: async (body) => {
        const entity = this.scope.reader.decodeCreated(customerResource, body);
        const challenge = decodeChallengeOrNull(body, this.scope.onUnknownValue);
        return { entity, challenge: async () => challenge };
      },
      entityIdOf: (creation) => creation?.entity.id ?? null,
      read: async (id) => {
        const customer = await this.get(id);
        return customer && creationOf(customer);
      },
      lookUp: async (window) => {
        const { items } = await this.list();
        const made = items.filter(
          (customer) =>
            customer.externalId === externalId &&
            customer.chainId.toLowerCase() === chainId.toLowerCase() &&
            isWithin(customer, window),
        );
        const customer = onlyOne(made);
        return customer && creationOf(customer);
      },
      touches: (creation) => (creation ? [tag.customers, tag.customer(creation.entity.id)] : [tag.customers]),
      // Without another reading: a customer with this wallet and external ID exists (API reference, Customers).
      explain: async (status) =>
        status === 409
          ? new RejectedByApiError({
              code: UserErrorCode.ALREADY_EXISTS,
              message: 'A customer with this chainId and externalId exists already.',
              field: ['input', 'externalId'],
              httpStatus: status,
            })
          : null,
    });
    return {
      customer: entityOf(value),
      get challenge() {
        return challengeOf(value) as unknown as Challenge | null;
      },
      ...rest,
    };
  }

  async signChallenge(input: SignCustomerChallengeInput, key: ClientKey): Promise<CustomerPayload> {
    const check = new InputCheck();
    const id = check.id('customerId', input.customerId);
    check.text(['signature'], input.signature, WALLET_SIGNATURE);
    return this.change({
      mutation: 'signCustomerChallenge',
      key,
      id,
      check,
      call: {
        method: 'POST',
        route: '/customers/{id}/challenge/sign',
        body: { challenge: input.challenge, signature: encodeWalletSignature(input.signature) },
      },
      isAllowedIn: (status) => status === CustomerStatus.INITIATING,
      isDoneIn: (status) => status !== CustomerStatus.INITIATING,
      otherwise: (httpStatus) =>
        new RejectedByApiError({
          message: 'The API did not accept the challenge or its signature. Fetch a new challenge and sign that.',
          field: ['input', 'signature'],
          httpStatus,
        }),
    });
  }

  activate(input: CustomerActionInput, key: ClientKey): Promise<CustomerPayload> {
    const act = { action: CustomerAction.ACTIVATE, bringsAbout: CustomerStatus.ACTIVE };
    return this.act('activateCustomer', '/customers/{id}/activate', act, input, key);
  }

  deactivate(input: CustomerActionInput, key: ClientKey): Promise<CustomerPayload> {
    const act = { action: CustomerAction.DEACTIVATE, bringsAbout: CustomerStatus.INACTIVE };
    return this.act('deactivateCustomer', '/customers/{id}/deactivate', act, input, key);
  }

  simulateVerification(input: CustomerActionInput, key: ClientKey): Promise<CustomerPayload> {
    const route = '/simulator/customers/{id}/verify';
    return this.simulate('simulateCustomerVerification', route, CustomerStatus.ACTIVE, input, key);
  }

  simulateRejection(input: CustomerActionInput, key: ClientKey): Promise<CustomerPayload> {
    const route = '/simulator/customers/{id}/reject';
    return this.simulate('simulateCustomerRejection', route, CustomerStatus.REJECTED, input, key);
  }

  private act(
    mutation: MutationName,
    route: string,
    { action, bringsAbout }: { action: CustomerAction; bringsAbout: CustomerStatus },
    input: CustomerActionInput,
    key: ClientKey,
  ) {
    const check = new InputCheck();
    const id = check.id('customerId', input.customerId);
    return this.change({
      mutation,
      key,
      id,
      check,
      call: { method: 'PATCH', route },
      isAllowedIn: (status) => customerActionsFor(status).includes(action),
      isDoneIn: (status) => status === bringsAbout,
      reachesBelow: true,
    });
  }

  private simulate(
    mutation: MutationName,
    route: string,
    bringsAbout: CustomerStatus,
    input: CustomerActionInput,
    key: ClientKey,
  ) {
    const check = new InputCheck();
    const id = check.id('customerId', input.customerId);
    return this.change({
      mutation,
      key,
      id,
      check,
      call: { method: 'PATCH', route },
      isAllowedIn: (status) => status === CustomerStatus.VERIFYING,
      isDoneIn: (status) => status === bringsAbout,
    });
  }

  private async change(change: {
    mutation: MutationName;
    key: ClientKey;
    id: string;
    check: InputCheck;
    call: MutationPlan<Customer>['call'];
    isAllowedIn(status: CustomerStatus): boolean;
    /** Whether the customer is where the mutation was to bring them. */
    isDoneIn(status: CustomerStatus): boolean;
    /** Whether accounts and cards of the customer may change with it. */
    reachesBelow?: boolean;
    otherwise?(httpStatus: number): UserError;
  }): Promise<CustomerPayload> {
    const { mutation, key, id, check, call, isAllowedIn, isDoneIn, reachesBelow = false, otherwise } = change;
    const { reader, reach, mutations } = this.scope;
    const { value, ...rest } = await mutations.run<Customer | null>({
      mutation,
      key,
      problems: check.problems,
      isReachable: () => reach.customer(id),
      subjectField: SUBJECT,
      call: { ...call, params: { id } },
      announces: [tag.customer(id)],
      complete: async (body) =>
        reader.decodeAnswer(customerResource, body, id) ?? reader.readFresh(customerResource, id),
      entityIdOf: () => id,
      read: () => this.get(id),
      lookUp: async () => {
        const customer = await reader.readFresh(customerResource, id);
        return customer && isDoneIn(customer.status) ? customer : null;
      },
      touches: async () => [...(reachesBelow ? await this.tagsBelow(id) : []), tag.customers, tag.customer(id)],
      explain: async (status) => {
        const customer = await reader.readFresh(customerResource, id);
        if (!customer) return new NotFoundError({ message: 'There is no such customer.', field: SUBJECT });
        if (isAllowedIn(customer.status)) return otherwise?.(status) ?? null;
        return new InvalidCustomerStateError({
          message: `A customer who is ${customer.status} does not allow this.`,
          field: SUBJECT,
          currentStatus: customer.status,
          availableActions: customerActionsFor(customer.status),
        });
      },
    });
    return { customer: value as Customer | null, ...rest };
  }

  /** Everything below a customer whose state changed: its accounts and their cards. */
  private async tagsBelow(customerId: string): Promise<string[]> {
    const { reader } = this.scope;
    const accounts = await reader.readChildrenFresh(accountsOfCustomer, customerId);
    const cards = await Promise.all(accounts.items.map(({ id }) => reader.readChildrenFresh(cardsOfAccount, id)));
    return [
      tag.cards,
      tag.accounts,
      tag.customerAccounts(customerId),
      ...accounts.items.flatMap(({ id }) => [tag.accountCards(id), tag.account(id)]),
      ...cards.flatMap((list) => list.items.map(({ id }) => tag.card(id))),
    ];
  }
}
