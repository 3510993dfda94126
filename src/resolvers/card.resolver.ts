import { Arg, Args, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql';
import { Scope } from '../auth/inbound/scope.js';
import type { GatewayContext } from '../context.js';
import type { ClientKey } from '../datasources/mutations/idempotency-key.js';
import { last4Of } from '../datasources/wire/card.wire.js';
import { Account } from '../schema/account/account.type.js';
import { CardConnectionArgs } from '../schema/card/card.args.js';
import { CardConnection } from '../schema/card/card.connection.js';
import type { CardFilter } from '../schema/card/card.filter.js';
import { CardActionInput, CreateCardInput } from '../schema/card/card.input.js';
import { CardPayload, CreateCardPayload } from '../schema/card/card.payload.js';
import { Card } from '../schema/card/card.type.js';
import { CardAction } from '../schema/card/card-action.enum.js';
import { cardActionsFor } from '../schema/card/card-actions.js';
import { sortBySortKey } from '../schema/pagination/sort-key.js';
import { TransactionConnectionArgs } from '../schema/transaction/transaction.args.js';
import { TransactionConnection } from '../schema/transaction/transaction.connection.js';
import { isAmong, isOf, MutationKey, pageOf, parseIdArgument } from './arguments.js';
import { Door } from './door.js';

export function isCardAmong({ status, type, accountId }: CardFilter): (card: Card) => boolean {
  const account = accountId ? parseIdArgument(accountId, ['filter', 'accountId']) : null;
  return (card) =>
    isAmong(status, card.status) &&
    isAmong(type, card.type) &&
    (account === null || card.accountId.toLowerCase() === account);
}

/** The cards that this caller may see, as far as the filter does not rule them out beforehand; oldest first. */
async function visibleCards(
  { cards, accounts, access, principal }: GatewayContext,
  filter: CardFilter | null | undefined,
) {
  if (filter?.accountId) {
    const accountId = filter.accountId.toLowerCase();
    if (!(await access.reach.account(accountId))) return [];
    return access.below((await cards.listByAccount(accountId)).items, (card) => isOf(card.accountId, accountId));
  }
  if (principal?.customerId) {
    const own = (await accounts.listByCustomer(principal.customerId)).items.filter((account) =>
      access.account(account),
    );
    const lists = await Promise.all(
      own.map(async ({ id }) =>
        access.below((await cards.listByAccount(id)).items, ({ accountId }) => isOf(accountId, id)),
      ),
    );
    return sortBySortKey(lists.flat());
  }
  return (await cards.list()).items;
}

@Resolver(() => Card)
export class CardResolver {
  @Door(Scope.CardsRead)
  @Query(() => Card, {
    nullable: true,
    description: 'One card; null if there is none with this ID, or it is not yours to see.',
  })
  async card(
    @Arg('id', () => ID, { description: 'ID of the card.' }) id: string,
    @Ctx() { cards, access }: GatewayContext,
  ): Promise<Card | null> {
    return access.card(await cards.get(parseIdArgument(id, 'id')));
  }

  @Door(Scope.CardsRead)
  @Query(() => CardConnection, {
    description: 'The cards that you may see, page by page, ordered by the time of their creation.',
  })
  async cards(
    @Args(() => CardConnectionArgs) args: CardConnectionArgs,
    @Ctx() context: GatewayContext,
  ): Promise<CardConnection> {
    const filter = args.filter ? isCardAmong(args.filter) : undefined;
    return pageOf(await visibleCards(context, args.filter), args, filter);
  }

  @Door(Scope.AccountsRead)
  @FieldResolver(() => Account, { nullable: true, description: 'The account that it pays from.' })
  async account(@Root() card: Card, @Ctx() { accounts, access }: GatewayContext): Promise<Account | null> {
    return access.account(await accounts.get(card.accountId));
  }

  @FieldResolver(() => String, {
    nullable: true,
    description: 'Last four digits of the card number; null until the issuer reports it.',
  })
  last4(@Root() card: Card): string | null {
    return last4Of(card.maskedPan);
  }

  @FieldResolver(() => [CardAction], {
    description:
      'What may be asked of the card in its present state, by the published state table. The API has the last word.',
  })
  availableActions(@Root() card: Card): CardAction[] {
    return cardActionsFor(card.status);
  }

  @Door(Scope.TransactionsRead)
  @FieldResolver(() => TransactionConnection, {
    nullable: true,
    description: 'Payments and refunds of the card, oldest first.',
  })
  async transactions(
    @Root() card: Card,
    @Args(() => TransactionConnectionArgs) args: TransactionConnectionArgs,
    @Ctx() { transactions, access }: GatewayContext,
  ): Promise<TransactionConnection> {
    const { items } = await transactions.listByCard(card.id);
    return pageOf(
      access.below(items, ({ cardId }) => isOf(cardId, card.id)),
      args,
    );
  }

  @Door(Scope.CardsWrite)
  @Mutation(() => CreateCardPayload, {
    description:
      'Creates a card for an active account; at most one virtual and one physical card per account. It is ISSUING at first.',
  })
  createCard(
    @Arg('input', () => CreateCardInput, { description: 'What card, and for which account.' }) input: CreateCardInput,
    @MutationKey() key: ClientKey,
    @Ctx() { cards }: GatewayContext,
  ): Promise<CreateCardPayload> {
    return cards.create(input, key);
  }

  @Door(Scope.CardsWrite)
  @Mutation(() => CardPayload, { description: 'Allows payments with an inactive card again.' })
  activateCard(
    @Arg('input', () => CardActionInput, { description: 'Which card.' }) input: CardActionInput,
    @MutationKey() key: ClientKey,
    @Ctx() { cards }: GatewayContext,
  ): Promise<CardPayload> {
    return cards.activate(input, key);
  }

  @Door(Scope.CardsWrite)
  @Mutation(() => CardPayload, { description: 'Stops new payments until the card is activated again.' })
  deactivateCard(
    @Arg('input', () => CardActionInput, { description: 'Which card.' }) input: CardActionInput,
    @MutationKey() key: ClientKey,
    @Ctx() { cards }: GatewayContext,
  ): Promise<CardPayload> {
    return cards.deactivate(input, key);
  }

  @Door(Scope.CardsWrite)
  @Mutation(() => CardPayload, { description: 'Irreversible. Pending holds are still honoured for up to 30 days.' })
  terminateCard(
    @Arg('input', () => CardActionInput, { description: 'Which card.' }) input: CardActionInput,
    @MutationKey() key: ClientKey,
    @Ctx() { cards }: GatewayContext,
  ): Promise<CardPayload> {
    return cards.terminate(input, key);
  }
}
