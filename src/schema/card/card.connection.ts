import { ObjectType } from 'type-graphql';
import { connectionOf, edgeOf } from '../pagination/connection.type.js';
import { Card } from './card.type.js';

@ObjectType({ simpleResolvers: true, description: 'A card at its place in a list.' })
export class CardEdge extends edgeOf(Card) {}

@ObjectType({ simpleResolvers: true, description: 'A page of cards, ordered by the time of their creation.' })
export class CardConnection extends connectionOf(Card, CardEdge) {}
