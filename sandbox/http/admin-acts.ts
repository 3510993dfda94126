import { activateAccount, closeAccount, deactivateAccount, failAccount } from '../programme/accounts.js';
import { blockCard, deactivateCard, liftCardSuspension, suspendCard } from '../programme/cards.js';
import { activateCustomer, deactivateCustomer, rejectCustomer } from '../programme/customers.js';
import type { EntityTable } from '../programme/entity-table.js';
import { findRow, type Programme } from '../programme/programme.js';
import { reverseTransaction } from '../programme/transactions.js';
import type { Route } from './router.js';

/**
 * What OffBlocks does of its own accord, with the webhooks that it causes. `suspend`, `lift` and `block` are there for
 * customers, accounts and cards; only cards have states of these names, so for the others they are the documented states
 * that come closest: inactive, active again, and the final one (rejected, closed).
 * Source: the pages under https://docs.offblocks.xyz/developer-guides/api-integration/states-and-transitions/
 */
export function actRoutes(programme: Programme): Route[] {
  const acts = <Row extends { entity: { id: string } }>(
    plural: string,
    table: EntityTable<Row>,
    byVerb: Record<string, (programme: Programme, row: Row) => void>,
  ): Route[] =>
    Object.entries(byVerb).map(([verb, act]) => ({
      method: 'POST',
      template: `/${plural}/{id}/${verb}`,
      protection: 'none',
      handle: ({ params: { id = '' } }) => {
        const row = findRow({ table, id, noun: plural.slice(0, -1) });
        act(programme, row);
        programme.settling.drain();
        return { status: 200, body: table.textOf(row) };
      },
    }));
  return [
    ...acts('customers', programme.customers, {
      suspend: deactivateCustomer,
      lift: activateCustomer,
      block: rejectCustomer,
      deactivate: deactivateCustomer,
      activate: activateCustomer,
      reject: rejectCustomer,
    }),
    ...acts('accounts', programme.accounts, {
      suspend: deactivateAccount,
      lift: activateAccount,
      block: closeAccount,
      deactivate: deactivateAccount,
      activate: activateAccount,
      close: closeAccount,
      fail: failAccount,
    }),
    ...acts('cards', programme.cards, {
      suspend: suspendCard,
      lift: liftCardSuspension,
      block: blockCard,
      deactivate: deactivateCard,
    }),
    ...acts('transactions', programme.transactions, { reverse: reverseTransaction }),
  ];
}
