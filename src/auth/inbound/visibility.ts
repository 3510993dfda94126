import type { Account } from '../../schema/account/account.type.js';
import type { Card } from '../../schema/card/card.type.js';
import type { Customer } from '../../schema/customer/customer.type.js';
import type { Access, PaymentOwner } from './access.js';

export type VisibleKind = 'customer' | 'account' | 'card' | 'authorisation' | 'transaction';

/** Whether the caller would be shown the entity by a query; `entity` is of the kind that is named. */
export async function isVisible(access: Access, kind: VisibleKind, entity: { readonly id: string }): Promise<boolean> {
  switch (kind) {
    case 'customer':
      return access.customer(entity as Customer) !== null;
    case 'account':
      return access.account(entity as Account) !== null;
    case 'card':
      return (await access.card(entity as Card)) !== null;
    case 'authorisation':
    case 'transaction':
      return (await access.payment(entity as Readonly<{ id: string }> & PaymentOwner)) !== null;
  }
}
