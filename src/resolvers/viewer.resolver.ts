import { Ctx, FieldResolver, Query, Resolver } from 'type-graphql';
import { usableScopes } from '../auth/inbound/ownership.js';
import { Scope } from '../auth/inbound/scope.js';
import type { GatewayContext } from '../context.js';
import { Customer } from '../schema/customer/customer.type.js';
import { Viewer } from '../schema/viewer/viewer.type.js';
import { Door, TokenDoor } from './door.js';

@Resolver(() => Viewer)
export class ViewerResolver {
  @TokenDoor()
  @Query(() => Viewer, { description: 'Who you are, as the gateway understood your access token.' })
  viewer(@Ctx() { principal }: GatewayContext): Viewer {
    return { subject: principal?.subject ?? '', scopes: principal ? usableScopes(principal) : [] };
  }

  @Door(Scope.CustomersRead)
  @FieldResolver(() => Customer, {
    nullable: true,
    description: 'The customer whose data you see; null for a caller of the programme, who sees all.',
  })
  async customer(@Ctx() { principal, customers, access }: GatewayContext): Promise<Customer | null> {
    return principal?.customerId ? access.customer(await customers.get(principal.customerId)) : null;
  }
}
