import { Arg, ID, Resolver, Root, Subscription } from 'type-graphql';
import { Scope } from '../auth/inbound/scope.js';
import type { GatewayContext } from '../context.js';
import { Account } from '../schema/account/account.type.js';
import { Authorisation } from '../schema/authorisation/authorisation.type.js';
import { Card } from '../schema/card/card.type.js';
import { Customer } from '../schema/customer/customer.type.js';
import { Transaction } from '../schema/transaction/transaction.type.js';
import { parseIdArgument } from './arguments.js';
import { Door } from './door.js';

type Kind = 'customer' | 'account' | 'card' | 'authorisation' | 'transaction';
type Conditions = Partial<Record<'id' | 'cardId' | 'accountId' | 'customerId', string>>;
interface SubscribeData {
  args: Record<string, string | null | undefined>;
  context: GatewayContext;
}

/**
 * Begins to watch what the arguments name; which of them is the ID of the entity itself, `own` says. A caller who is limited
 * to one customer watches that customer's entities only: an ID that is not theirs is never heard of, like one that does
 * not exist (docs/adr/0008).
 */
function watching(kind: Kind, own: string) {
  return ({ args, context: { live, principal } }: SubscribeData) => {
    const conditions: Conditions = {};
    for (const [name, value] of Object.entries(args)) {
      if (value === null || value === undefined) continue;
      conditions[name === own ? 'id' : (name as keyof Conditions)] = parseIdArgument(value, name);
    }
    const limitedTo = principal?.customerId ?? null;
    if (limitedTo !== null && Object.keys(conditions).length === 0) {
      conditions[kind === 'customer' ? 'id' : 'customerId'] = limitedTo;
    }
    return live.watch({ kind, ...conditions });
  };
}

/** What changes, as it changes. Whose it is was asked before each event (`LiveFeed`), the scope is asked at each by the door. */
@Resolver()
export class LiveUpdatesResolver {
  @Door(Scope.CustomersRead)
  @Subscription(() => Customer, {
    subscribe: watching('customer', 'customerId'),
    description: 'The present state of a customer, each time that it has changed.',
  })
  customerUpdated(
    @Root() customer: Customer,
    @Arg('customerId', () => ID, {
      nullable: true,
      description: 'This customer only. Absent: every customer that you may see.',
    })
    _customerId: string | null,
  ): Customer {
    return customer;
  }

  @Door(Scope.AccountsRead)
  @Subscription(() => Account, {
    subscribe: watching('account', 'accountId'),
    description: 'The present state of an account, each time that it has changed; new accounts too.',
  })
  accountUpdated(
    @Root() account: Account,
    @Arg('accountId', () => ID, { nullable: true, description: 'This account only.' }) _accountId: string | null,
    @Arg('customerId', () => ID, {
      nullable: true,
      description: 'Accounts of this customer only. Absent, like `accountId`: every account that you may see.',
    })
    _customerId: string | null,
  ): Account {
    return account;
  }

  @Door(Scope.CardsRead)
  @Subscription(() => Card, {
    subscribe: watching('card', 'cardId'),
    description:
      'The present state of a card, each time that it has changed: by a mutation, by OffBlocks, or as it is issued; new cards too.',
  })
  cardUpdated(
    @Root() card: Card,
    @Arg('cardId', () => ID, { nullable: true, description: 'This card only.' }) _cardId: string | null,
    @Arg('accountId', () => ID, {
      nullable: true,
      description: 'Cards of this account only. Absent, like `cardId`: every card that you may see.',
    })
    _accountId: string | null,
  ): Card {
    return card;
  }

  @Door(Scope.TransactionsRead)
  @Subscription(() => Authorisation, {
    subscribe: watching('authorisation', 'authorisationId'),
    description: 'The present state of an authorisation, each time that it has changed; new ones too.',
  })
  authorisationUpdated(
    @Root() authorisation: Authorisation,
    @Arg('cardId', () => ID, { nullable: true, description: 'Authorisations of this card only.' })
    _cardId: string | null,
    @Arg('accountId', () => ID, {
      nullable: true,
      description: 'Authorisations of this account only. Absent, like `cardId`: every one that you may see.',
    })
    _accountId: string | null,
  ): Authorisation {
    return authorisation;
  }

  @Door(Scope.TransactionsRead)
  @Subscription(() => Transaction, {
    subscribe: watching('transaction', 'transactionId'),
    description: 'The present state of a transaction, each time that it has changed; new ones too.',
  })
  transactionUpdated(
    @Root() transaction: Transaction,
    @Arg('cardId', () => ID, { nullable: true, description: 'Transactions of this card only.' })
    _cardId: string | null,
    @Arg('accountId', () => ID, {
      nullable: true,
      description: 'Transactions of this account only. Absent, like `cardId`: every one that you may see.',
    })
    _accountId: string | null,
  ): Transaction {
    return transaction;
  }
}
