import type { Account } from '../../schema/account/account.type.js';
import type { Card } from '../../schema/card/card.type.js';
import type { Customer } from '../../schema/customer/customer.type.js';
import { mayReachCustomer } from './ownership.js';
import type { Principal } from './principal.js';

/** Reads that tell whose an entity is. They go through the loaders and the cache of the request. */
export interface OwnerReads {
  account(id: string): Promise<Account | null>;
  accountsOf(customerId: string): Promise<readonly Account[]>;
  card(id: string): Promise<Card | null>;
  authorisation(id: string): Promise<PaymentOwner | null>;
}

/** An authorisation or a transaction, as far as its owner is concerned. */
export interface PaymentOwner {
  readonly accountId: string | null;
  readonly cardId: string | null;
}

/**
 * What one caller may see and change. Each method gives the entity back, or null when it is somebody else's: from then on
 * it cannot be told from one that does not exist (docs/adr/0008).
 */
export interface Access {
  readonly principal: Principal | null;
  customer<T extends Customer>(customer: T | null): T | null;
  account<T extends Account>(account: T | null): T | null;
  card<T extends Card>(card: T | null): Promise<T | null>;
  payment<T extends PaymentOwner>(payment: T | null): Promise<T | null>;
  /** Of a list that the API gave below something of the caller's own: what is said to belong there. */
  below<T>(items: readonly T[], belongs: (item: T) => boolean): readonly T[];
  /** Whether a mutation may go on to the API; without the limit to one customer that is for the API to say. */
  reach: {
    customer(id: string): Promise<boolean>;
    account(id: string): Promise<boolean>;
    card(id: string): Promise<boolean>;
    authorisation(id: string): Promise<boolean>;
  };
}

export function createAccess(principal: Principal | null, reads: OwnerReads): Access {
  const owns = (customerId: string | null) => principal !== null && mayReachCustomer(principal, customerId);
  const isProgramme = principal?.isProgramme ?? false;

  const customer = <T extends Customer>(entity: T | null) => (entity && owns(entity.id) ? entity : null);
  const account = <T extends Account>(entity: T | null) => (entity && owns(entity.customerId) ? entity : null);

  /** The accounts of the caller: read for what is absent too, so that foreign and absent take the same path. */
  async function ownAccountIds(): Promise<ReadonlySet<string>> {
    if (!principal?.customerId) return new Set();
    const accounts = await reads.accountsOf(principal.customerId);
    return new Set(accounts.filter(({ customerId }) => owns(customerId)).map(({ id }) => id.toLowerCase()));
  }

  async function card<T extends Card>(entity: T | null): Promise<T | null> {
    if (isProgramme) return entity;
    const own = await ownAccountIds();
    return entity && own.has(entity.accountId.toLowerCase()) ? entity : null;
  }

  async function payment<T extends PaymentOwner>(entity: T | null): Promise<T | null> {
    if (isProgramme) return entity;
    const own = await ownAccountIds();
    if (!entity) return null;
    if (entity.accountId !== null) return own.has(entity.accountId.toLowerCase()) ? entity : null;
    const paidWith = entity.cardId === null ? null : await card(await reads.card(entity.cardId));
    return paidWith ? entity : null;
  }

  return {
    principal,
    customer,
    account,
    card,
    payment,
    below: (items, belongs) => (isProgramme ? items : items.filter(belongs)),
    reach: {
      customer: async (id) => owns(id),
      account: async (id) => isProgramme || account(await reads.account(id)) !== null,
      card: async (id) => isProgramme || (await card(await reads.card(id))) !== null,
      authorisation: async (id) => isProgramme || (await payment(await reads.authorisation(id))) !== null,
    },
  };
}
