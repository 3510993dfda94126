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
import type { EntityList } from './loaders/entity-list.js';
import { accountsOfCustomer, cardsOfAccount, customerResource } from './loaders/resources.js';
import type { ClientKey } from './mutations/idempotency-key.js';
import { InputCheck } from './mutations/input-check.js';
import type { MutationPlan, MutationResult } from './mutations/mutation-runner.js';
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
    let challenge: Challenge | null = null;
    const { value, ...rest } = await this.scope.mutations.run<Customer>({
      mutation: 'createCustomer',
      key,
      problems: check.problems,
      isReachable: async () => true,
      call: { method: 'POST', route: '/customers', body: { chainId, externalId } },
      complete: async (body) => {
        const customer = this.scope.reader.decodeCreated(customerResource, body);
        challenge = decodeChallengeOrNull(body, this.scope.onUnknownValue);
        return customer;
      },
      touches: (customer) => (customer ? [tag.customers, tag.customer(customer.id)] : [tag.customers]),
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
    return { customer: value as Customer | null, challenge, ...rest };
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
      otherwise: (httpStatus) =>
        new RejectedByApiError({
          message: 'The API did not accept the challenge or its signature. Fetch a new challenge and sign that.',
          field: ['input', 'signature'],
          httpStatus,
        }),
    });
  }

  activate(input: CustomerActionInput, key: ClientKey): Promise<CustomerPayload> {
    return this.act('activateCustomer', '/customers/{id}/activate', CustomerAction.ACTIVATE, input, key);
  }

  deactivate(input: CustomerActionInput, key: ClientKey): Promise<CustomerPayload> {
    return this.act('deactivateCustomer', '/customers/{id}/deactivate', CustomerAction.DEACTIVATE, input, key);
  }

  simulateVerification(input: CustomerActionInput, key: ClientKey): Promise<CustomerPayload> {
    return this.simulate('simulateCustomerVerification', '/simulator/customers/{id}/verify', input, key);
  }

  simulateRejection(input: CustomerActionInput, key: ClientKey): Promise<CustomerPayload> {
    return this.simulate('simulateCustomerRejection', '/simulator/customers/{id}/reject', input, key);
  }

  private act(mutation: string, route: string, action: CustomerAction, input: CustomerActionInput, key: ClientKey) {
    const check = new InputCheck();
    const id = check.id('customerId', input.customerId);
    return this.change({
      mutation,
      key,
      id,
      check,
      call: { method: 'PATCH', route },
      isAllowedIn: (status) => customerActionsFor(status).includes(action),
      reachesBelow: true,
    });
  }

  private simulate(mutation: string, route: string, input: CustomerActionInput, key: ClientKey) {
    const check = new InputCheck();
    const id = check.id('customerId', input.customerId);
    return this.change({
      mutation,
      key,
      id,
      check,
      call: { method: 'PATCH', route },
      isAllowedIn: (status) => status === CustomerStatus.VERIFYING,
    });
  }

  private async change(change: {
    mutation: string;
    key: ClientKey;
    id: string;
    check: InputCheck;
    call: MutationPlan<Customer>['call'];
    isAllowedIn(status: CustomerStatus): boolean;
    /** Whether accounts and cards of the customer may change with it. */
    reachesBelow?: boolean;
    otherwise?(httpStatus: number): UserError;
  }): Promise<CustomerPayload> {
    const { mutation, key, id, check, call, isAllowedIn, reachesBelow = false, otherwise } = change;
    const { reader, reach, mutations } = this.scope;
    const { value, ...rest }: MutationResult<Customer | null> = await mutations.run<Customer | null>({
      mutation,
      key,
      problems: check.problems,
      isReachable: () => reach.customer(id),
      subjectField: SUBJECT,
      call: { ...call, params: { id } },
      announces: [tag.customer(id)],
      complete: async (body) =>
        reader.decodeAnswer(customerResource, body, id) ?? reader.readFresh(customerResource, id),
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
