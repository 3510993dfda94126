import { Arg, Ctx, FieldResolver, ID, Query, Resolver, Root } from 'type-graphql';
import { Scope } from '../auth/inbound/scope.js';
import type { GatewayContext } from '../context.js';
import { Account } from '../schema/account/account.type.js';
import { Authorisation } from '../schema/authorisation/authorisation.type.js';
import { Card } from '../schema/card/card.type.js';
import { parseIdArgument } from './arguments.js';
import { Door } from './door.js';

@Resolver(() => Authorisation)
export class AuthorisationResolver {
  @Door(Scope.TransactionsRead)
  @Query(() => Authorisation, {
    nullable: true,
    description:
      'One authorisation; null if there is none with this ID, or it is not yours to see. The API has no list of them.',
  })
  async authorisation(
    @Arg('id', () => ID, { description: 'ID of the authorisation.' }) id: string,
    @Ctx() { authorisations, access }: GatewayContext,
  ): Promise<Authorisation | null> {
    return access.payment(await authorisations.get(parseIdArgument(id, 'id')));
  }

  @Door(Scope.AccountsRead)
  @FieldResolver(() => Account, { nullable: true, description: 'The account that pays.' })
  async account(
    @Root() { accountId }: Authorisation,
    @Ctx() { accounts, access }: GatewayContext,
  ): Promise<Account | null> {
    return access.account(await accounts.get(accountId));
  }

  @Door(Scope.CardsRead)
  @FieldResolver(() => Card, { nullable: true, description: 'The card that was used.' })
  async card(@Root() { cardId }: Authorisation, @Ctx() { cards, access }: GatewayContext): Promise<Card | null> {
    return access.card(await cards.get(cardId));
  }
}
