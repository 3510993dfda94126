import { Arg, Args, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql';
import { Scope } from '../auth/inbound/scope.js';
import type { GatewayContext } from '../context.js';
import type { ClientKey } from '../datasources/mutations/idempotency-key.js';
import { AccountConnectionArgs } from '../schema/account/account.args.js';
import { AccountConnection } from '../schema/account/account.connection.js';
import type { AccountFilter } from '../schema/account/account.filter.js';
import { AccountActionInput, CreateAccountInput, SignAccountChallengeInput } from '../schema/account/account.input.js';
import { AccountPayload, CreateAccountPayload } from '../schema/account/account.payload.js';
import { Account } from '../schema/account/account.type.js';
import { AccountAction } from '../schema/account/account-action.enum.js';
import { accountActionsFor } from '../schema/account/account-actions.js';
import { AccountStatus } from '../schema/account/account-status.enum.js';
import { CardFilter } from '../schema/card/card.filter.js';
import { Card } from '../schema/card/card.type.js';
import { Challenge } from '../schema/challenge/challenge.type.js';
import { Customer } from '../schema/customer/customer.type.js';
import { TransactionConnectionArgs } from '../schema/transaction/transaction.args.js';
import { TransactionConnection } from '../schema/transaction/transaction.connection.js';
import { isAmong, isOf, MutationKey, pageOf, parseIdArgument } from './arguments.js';
import { isCardAmong } from './card.resolver.js';
import { Door } from './door.js';

export function isAccountAmong({ status, customerId }: AccountFilter): (account: Account) => boolean {
  const owner = customerId ? parseIdArgument(customerId, ['filter', 'customerId']) : null;
  return (account) => isAmong(status, account.status) && (owner === null || account.customerId.toLowerCase() === owner);
}

@Resolver(() => Account)
export class AccountResolver {
  @Door(Scope.AccountsRead)
  @Query(() => Account, {
    nullable: true,
    description: 'One account; null if there is none with this ID, or it is not yours to see.',
  })
  async account(
    @Arg('id', () => ID, { description: 'ID of the account.' }) id: string,
    @Ctx() { accounts, access }: GatewayContext,
  ): Promise<Account | null> {
    return access.account(await accounts.get(parseIdArgument(id, 'id')));
  }

  @Door(Scope.AccountsRead)
  @Query(() => AccountConnection, {
    description: 'The accounts that you may see, page by page, ordered by the time of their creation.',
  })
  async accounts(
    @Args(() => AccountConnectionArgs) args: AccountConnectionArgs,
    @Ctx() { accounts, access, principal }: GatewayContext,
  ): Promise<AccountConnection> {
    const filter = args.filter ? isAccountAmong(args.filter) : undefined;
    // The accounts of one customer are a short list of their own: no reason to read those of the whole programme.
    const customerId = principal?.customerId ?? args.filter?.customerId?.toLowerCase();
    const list = await (customerId ? accounts.listByCustomer(customerId) : accounts.list());
    return pageOf(
      principal?.isProgramme ? list.items : list.items.filter((account) => access.account(account)),
      args,
      filter,
    );
  }

  @Door(Scope.AccountsRead)
  @Query(() => Challenge, {
    nullable: true,
    description:
      "The message that the customer's wallet has to sign to deploy the account; null if there is none, or the account is not yours to see. " +
      'Asking makes earlier challenges of the account invalid.',
  })
  async accountChallenge(
    @Arg('accountId', () => ID, { description: 'ID of the account.' }) accountId: string,
    @Ctx() { accounts, access }: GatewayContext,
  ): Promise<Challenge | null> {
    const id = parseIdArgument(accountId, 'accountId');
    return (await access.reach.account(id)) ? accounts.challenge(id) : null;
  }

  @Door(Scope.CustomersRead)
  @FieldResolver(() => Customer, { nullable: true, description: 'Whose account it is.' })
  async customer(@Root() account: Account, @Ctx() { customers, access }: GatewayContext): Promise<Customer | null> {
    return access.customer(await customers.get(account.customerId));
  }

  @Door(Scope.CardsRead)
  @FieldResolver(() => [Card], {
    nullable: true,
    description: 'The cards of the account, oldest first, ended ones included.',
  })
  async cards(
    @Root() account: Account,
    @Arg('filter', () => CardFilter, { nullable: true, description: 'Which cards to list. Absent: all.' })
    filter: CardFilter | null,
    @Ctx() { cards, access }: GatewayContext,
  ): Promise<readonly Card[]> {
    const listed = (await cards.listByAccount(account.id)).items;
    const items = access.below(listed, ({ accountId }) => isOf(accountId, account.id));
    return filter ? items.filter(isCardAmong(filter)) : items;
  }

  @Door(Scope.TransactionsRead)
  @FieldResolver(() => TransactionConnection, {
    nullable: true,
    description: 'Payments and refunds of the account, oldest first.',
  })
  async transactions(
    @Root() account: Account,
    @Args(() => TransactionConnectionArgs) args: TransactionConnectionArgs,
    @Ctx() { transactions, access }: GatewayContext,
  ): Promise<TransactionConnection> {
    const { items } = await transactions.listByAccount(account.id);
    return pageOf(
      access.below(items, ({ accountId }) => isOf(accountId, account.id)),
      args,
    );
  }

  @FieldResolver(() => [AccountAction], {
    nullable: true,
    description:
      'What may be asked of the account in its present state, by the published state table and the cards that it has; without the scope `cards:read` by its state alone. The API has the last word.',
  })
  async availableActions(
    @Root() account: Account,
    @Ctx() { cards, principal }: GatewayContext,
  ): Promise<AccountAction[]> {
    // Cards count only where an active account may get one more, and tell nothing to those who may not see them.
    const counts = account.status === AccountStatus.ACTIVE && principal?.scopes.has(Scope.CardsRead);
    return accountActionsFor(account.status, counts ? (await cards.listByAccount(account.id)).items : []);
  }

  @Door(Scope.AccountsWrite)
  @Mutation(() => CreateAccountPayload, {
    description:
      "Creates an account for an active customer and gives the challenge that the customer's wallet has to sign next (`signAccountChallenge`).",
  })
  createAccount(
    @Arg('input', () => CreateAccountInput, { description: 'What account, and whose.' }) input: CreateAccountInput,
    @MutationKey() key: ClientKey,
    @Ctx() { accounts }: GatewayContext,
  ): Promise<CreateAccountPayload> {
    return accounts.create(input, key);
  }

  @Door(Scope.AccountsWrite)
  @Mutation(() => AccountPayload, {
    description:
      "Hands in the wallet's signature of the challenge. If it holds, the account's smart contract is deployed.",
  })
  signAccountChallenge(
    @Arg('input', () => SignAccountChallengeInput, { description: 'The challenge and its signature.' })
    input: SignAccountChallengeInput,
    @MutationKey() key: ClientKey,
    @Ctx() { accounts }: GatewayContext,
  ): Promise<AccountPayload> {
    return accounts.signChallenge(input, key);
  }

  @Door(Scope.AccountsWrite)
  @Mutation(() => AccountPayload, { description: 'Makes an inactive account active again.' })
  activateAccount(
    @Arg('input', () => AccountActionInput, { description: 'Which account.' }) input: AccountActionInput,
    @MutationKey() key: ClientKey,
    @Ctx() { accounts }: GatewayContext,
  ): Promise<AccountPayload> {
    return accounts.activate(input, key);
  }

  @Door(Scope.AccountsWrite)
  @Mutation(() => AccountPayload, {
    description: 'Makes an account inactive until activated again. Deactivates its cards too.',
  })
  deactivateAccount(
    @Arg('input', () => AccountActionInput, { description: 'Which account.' }) input: AccountActionInput,
    @MutationKey() key: ClientKey,
    @Ctx() { accounts }: GatewayContext,
  ): Promise<AccountPayload> {
    return accounts.deactivate(input, key);
  }

  @Door(Scope.AccountsWrite)
  @Mutation(() => AccountPayload, { description: "Irreversible. Deactivates the account's cards too." })
  closeAccount(
    @Arg('input', () => AccountActionInput, { description: 'Which account.' }) input: AccountActionInput,
    @MutationKey() key: ClientKey,
    @Ctx() { accounts }: GatewayContext,
  ): Promise<AccountPayload> {
    return accounts.close(input, key);
  }
}
