import { ObjectType } from 'type-graphql';
import { connectionOf, edgeOf } from '../pagination/connection.type.js';
import { Transaction } from './transaction.type.js';

@ObjectType({ simpleResolvers: true, description: 'A transaction at its place in a list.' })
export class TransactionEdge extends edgeOf(Transaction) {}

@ObjectType({ simpleResolvers: true, description: 'A page of transactions, ordered by the time of their creation.' })
export class TransactionConnection extends connectionOf(Transaction, TransactionEdge) {}
