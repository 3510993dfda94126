import { FieldResolver, Resolver, Root } from 'type-graphql';
import { Scope } from '../auth/inbound/scope.js';
import { Card } from '../schema/card/card.type.js';
import { CardLimitReachedError } from '../schema/user-error/state-errors.type.js';
import { Door } from './door.js';

@Resolver(() => CardLimitReachedError)
export class CardLimitReachedErrorResolver {
  @Door(Scope.CardsRead)
  @FieldResolver(() => Card, {
    nullable: true,
    description: 'The card that takes the place; null if it could not be read. Needs the scope `cards:read`.',
  })
  existingCard(@Root() error: CardLimitReachedError): Card | null {
    return error.existingCard;
  }
}
