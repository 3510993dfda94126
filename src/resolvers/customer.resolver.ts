import { Arg, Args, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql';
import { Scope } from '../auth/inbound/scope.js';
import type { GatewayContext } from '../context.js';
import type { ClientKey } from '../datasources/mutations/idempotency-key.js';
import { AccountFilter } from '../schema/account/account.filter.js';
import { Account } from '../schema/account/account.type.js';
import { Challenge } from '../schema/challenge/challenge.type.js';
import { CustomerConnectionArgs } from '../schema/customer/customer.args.js';
import { CustomerConnection } from '../schema/customer/customer.connection.js';
import type { CustomerFilter } from '../schema/customer/customer.filter.js';
import {
  CreateCustomerInput,
  CustomerActionInput,
  SignCustomerChallengeInput,
} from '../schema/customer/customer.input.js';
import { CreateCustomerPayload, CustomerPayload } from '../schema/customer/customer.payload.js';
import { Customer } from '../schema/customer/customer.type.js';
import { isAccountAmong } from './account.resolver.js';
import { isAmong, isOf, MutationKey, pageOf, parseIdArgument } from './arguments.js';
import { Door, ProgrammeDoor } from './door.js';

function isCustomerAmong({ status, externalId }: CustomerFilter): (customer: Customer) => boolean {
  return (customer) =>
    isAmong(status, customer.status) &&
    (externalId === null || externalId === undefined || customer.externalId === externalId);
}

@Resolver(() => Customer)
export class CustomerResolver {
  @Door(Scope.CustomersRead)
  @Query(() => Customer, {
    nullable: true,
    description: 'One customer; null if there is none with this ID, or it is not yours to see.',
  })
  async customer(
    @Arg('id', () => ID, { description: 'ID of the customer.' }) id: string,
    @Ctx() { customers, access }: GatewayContext,
  ): Promise<Customer | null> {
    return access.customer(await customers.get(parseIdArgument(id, 'id')));
  }

  @Door(Scope.CustomersRead)
  @Query(() => CustomerConnection, {
    description: 'The customers that you may see, page by page, ordered by the time of their creation.',
  })
  async customers(
    @Args(() => CustomerConnectionArgs) args: CustomerConnectionArgs,
    @Ctx() { customers, access, principal }: GatewayContext,
  ): Promise<CustomerConnection> {
    const filter = args.filter ? isCustomerAmong(args.filter) : undefined;
    if (principal?.customerId) {
      const own = access.customer(await customers.get(principal.customerId));
      return pageOf(own ? [own] : [], args, filter);
    }
    return pageOf((await customers.list()).items, args, filter);
  }

  @Door(Scope.CustomersRead)
  @Query(() => Challenge, {
    nullable: true,
    description:
      "The message that the customer's wallet has to sign next; null if there is none, or the customer is not yours to see. " +
      'Challenges are valid for one hour; after that, or after a failed signature, fetch a new one here.',
  })
  async customerChallenge(
    @Arg('customerId', () => ID, { description: 'ID of the customer.' }) customerId: string,
    @Ctx() { customers, access }: GatewayContext,
  ): Promise<Challenge | null> {
    const id = parseIdArgument(customerId, 'customerId');
    return (await access.reach.customer(id)) ? customers.challenge(id) : null;
  }

  @Door(Scope.AccountsRead)
  @FieldResolver(() => [Account], { nullable: true, description: 'The accounts of the customer, oldest first.' })
  async accounts(
    @Root() customer: Customer,
    @Arg('filter', () => AccountFilter, { nullable: true, description: 'Which accounts to list. Absent: all.' })
    filter: AccountFilter | null,
    @Ctx() { accounts, access }: GatewayContext,
  ): Promise<readonly Account[]> {
    const listed = (await accounts.listByCustomer(customer.id)).items;
    const items = access.below(listed, ({ customerId }) => isOf(customerId, customer.id));
    return filter ? items.filter(isAccountAmong(filter)) : items;
  }

  @ProgrammeDoor(Scope.CustomersWrite)
  @Mutation(() => CreateCustomerPayload, {
    description:
      "Takes on a customer and gives the challenge that the customer's wallet has to sign next (`signCustomerChallenge`). For callers of the programme only.",
  })
  createCustomer(
    @Arg('input', () => CreateCustomerInput, { description: 'Who it is.' }) input: CreateCustomerInput,
    @MutationKey() key: ClientKey,
    @Ctx() { customers }: GatewayContext,
  ): Promise<CreateCustomerPayload> {
    return customers.create(input, key);
  }

  @Door(Scope.CustomersWrite)
  @Mutation(() => CustomerPayload, {
    description:
      "Hands in the wallet's signature of the challenge. If it holds, screening begins, then the verification of identity.",
  })
  signCustomerChallenge(
    @Arg('input', () => SignCustomerChallengeInput, { description: 'The challenge and its signature.' })
    input: SignCustomerChallengeInput,
    @MutationKey() key: ClientKey,
    @Ctx() { customers }: GatewayContext,
  ): Promise<CustomerPayload> {
    return customers.signChallenge(input, key);
  }

  @Door(Scope.CustomersWrite)
  @Mutation(() => CustomerPayload, { description: 'Makes an inactive customer active again.' })
  activateCustomer(
    @Arg('input', () => CustomerActionInput, { description: 'Which customer.' }) input: CustomerActionInput,
    @MutationKey() key: ClientKey,
    @Ctx() { customers }: GatewayContext,
  ): Promise<CustomerPayload> {
    return customers.activate(input, key);
  }

  @Door(Scope.CustomersWrite)
  @Mutation(() => CustomerPayload, { description: 'Makes a customer inactive until activated again.' })
  deactivateCustomer(
    @Arg('input', () => CustomerActionInput, { description: 'Which customer.' }) input: CustomerActionInput,
    @MutationKey() key: ClientKey,
    @Ctx() { customers }: GatewayContext,
  ): Promise<CustomerPayload> {
    return customers.deactivate(input, key);
  }
}
