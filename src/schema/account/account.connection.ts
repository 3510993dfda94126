import { ObjectType } from 'type-graphql';
import { connectionOf, edgeOf } from '../pagination/connection.type.js';
import { Account } from './account.type.js';

@ObjectType({ simpleResolvers: true, description: 'An account at its place in a list.' })
export class AccountEdge extends edgeOf(Account) {}

@ObjectType({ simpleResolvers: true, description: 'A page of accounts, ordered by the time of their creation.' })
export class AccountConnection extends connectionOf(Account, AccountEdge) {}
