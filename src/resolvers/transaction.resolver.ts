import { Arg, Ctx, FieldResolver, ID, Query, Resolver, Root } from 'type-graphql';
import { Scope } from '../auth/inbound/scope.js';
import type { GatewayContext } from '../context.js';
import { Account } from '../schema/account/account.type.js';
import { Card } from '../schema/card/card.type.js';
import { Transaction } from '../schema/transaction/transaction.type.js';
import { parseIdArgument } from './arguments.js';
import { Door } from './door.js';

@Resolver(() => Transaction)
export class TransactionResolver {
  @Door(Scope.TransactionsRead)
  @Query(() => Transaction, {
    nullable: true,
    description: 'One transaction; null if there is none with this ID, or it is not yours to see.',
  })
  async transaction(
    @Arg('id', () => ID, { description: 'ID of the transaction; that of its authorisation, if a capture made it.' })
    id: string,
    @Ctx() { transactions, access }: GatewayContext,
  ): Promise<Transaction | null> {
    return access.payment(await transactions.get(parseIdArgument(id, 'id')));
  }

  @Door(Scope.AccountsRead)
  @FieldResolver(() => Account, { nullable: true, description: 'The account that paid, or was paid back.' })
  async account(
    @Root() { accountId }: Transaction,
    @Ctx() { accounts, access }: GatewayContext,
  ): Promise<Account | null> {
    return accountId === null ? null : access.account(await accounts.get(accountId));
  }

  @Door(Scope.CardsRead)
  @FieldResolver(() => Card, { nullable: true, description: 'The card that was used.' })
  async card(@Root() { cardId }: Transaction, @Ctx() { cards, access }: GatewayContext): Promise<Card | null> {
    return cardId === null ? null : access.card(await cards.get(cardId));
  }
}
