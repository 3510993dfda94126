import { ObjectType } from 'type-graphql';
import { connectionOf, edgeOf } from '../pagination/connection.type.js';
import { Customer } from './customer.type.js';

@ObjectType({ simpleResolvers: true, description: 'A customer at its place in a list.' })
export class CustomerEdge extends edgeOf(Customer) {}

@ObjectType({ simpleResolvers: true, description: 'A page of customers, ordered by the time of their creation.' })
export class CustomerConnection extends connectionOf(Customer, CustomerEdge) {}
