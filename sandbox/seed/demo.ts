import { maskedPanOf, nameFrom } from '../programme/embossing.js';
import { customerIdOf, splitChainAccountId } from '../programme/identifiers.js';
import { formatMicroseconds } from '../programme/instants.js';
import type { Programme } from '../programme/programme.js';
import type {
  Account,
  AccountStatus,
  AuthorisationStatus,
  CardStatus,
  CardType,
  Customer,
  CustomerStatus,
  Transaction,
  TransactionStatus,
} from '../programme/records.js';
import { feesOf } from '../programme/transactions.js';
import { ADDRESSES, MERCHANTS } from './places.js';
import { SeededRandom } from './random.js';

interface CardPlan {
  type: CardType;
  status: CardStatus;
  /** An active card that its issuer has not reported name, network, number and expiry of, as in the guide. */
  isBare?: boolean;
  payments?: readonly PaymentPlan[];
}

interface PaymentPlan {
  merchant: number;
  amount: string;
  status: AuthorisationStatus;
  /** Of the transaction that a captured authorisation has made. */
  transaction?: TransactionStatus;
}

interface CustomerPlan {
  externalId: string;
  chain: string;
  status: CustomerStatus;
  address: number;
  accounts?: readonly { status: AccountStatus; cards?: readonly CardPlan[] }[];
}

const captured = (merchant: number, amount: string, transaction: TransactionStatus = 'processed'): PaymentPlan => ({
  merchant,
  amount,
  status: 'captured',
  transaction,
});

const PLAN: readonly CustomerPlan[] = [
  {
    externalId: 'amelia-hart',
    chain: 'eip155:300',
    status: 'active',
    address: 0,
    accounts: [
      {
        status: 'active',
        cards: [
          {
            type: 'virtual',
            status: 'active',
            payments: [
              captured(1, '48.7'),
              captured(4, '12'),
              captured(3, '63.25'),
              captured(0, '7.8', 'reversed'),
              { merchant: 5, amount: '41.5', status: 'pending' },
              { merchant: 6, amount: '30', status: 'released' },
            ],
          },
          { type: 'physical', status: 'active', payments: [captured(2, '21.9'), captured(5, '88.4')] },
        ],
      },
    ],
  },
  {
    externalId: 'jonas-weber',
    chain: 'eip155:300',
    status: 'active',
    address: 2,
    accounts: [
      {
        status: 'active',
        cards: [{ type: 'virtual', status: 'active', isBare: true, payments: [captured(0, '5.4')] }],
      },
      { status: 'closed', cards: [{ type: 'virtual', status: 'inactive', payments: [captured(3, '19.99')] }] },
    ],
  },
  {
    externalId: 'sofia-marques',
    chain: 'eip155:421614',
    status: 'active',
    address: 6,
    accounts: [
      {
        status: 'active',
        cards: [
          { type: 'virtual', status: 'terminated', payments: [captured(2, '34.5'), captured(6, '2.2', 'reversing')] },
          { type: 'virtual', status: 'active', payments: [captured(2, '9.95', 'processing')] },
          { type: 'physical', status: 'suspended', payments: [captured(1, '112.6')] },
        ],
      },
    ],
  },
  {
    externalId: 'luca-ferri',
    chain: 'eip155:300',
    status: 'active',
    address: 5,
    accounts: [
      {
        status: 'active',
        cards: [
          { type: 'virtual', status: 'issuing' },
          { type: 'physical', status: 'inactive' },
        ],
      },
    ],
  },
  {
    externalId: 'clara-roussel',
    chain: 'eip155:80001',
    status: 'active',
    address: 3,
    accounts: [{ status: 'inactive', cards: [{ type: 'virtual', status: 'inactive', payments: [captured(4, '15')] }] }],
  },
  {
    externalId: 'pablo-serrano',
    chain: 'eip155:300',
    status: 'active',
    address: 4,
    accounts: [
      {
        status: 'active',
        cards: [
          { type: 'virtual', status: 'issue_failed' },
          { type: 'physical', status: 'blocked' },
        ],
      },
      { status: 'pending' },
    ],
  },
  {
    externalId: 'niamh-doyle',
    chain: 'eip155:300',
    status: 'active',
    address: 7,
    accounts: [{ status: 'initiating' }],
  },
  { externalId: 'callum-reid', chain: 'eip155:300', status: 'active', address: 1, accounts: [{ status: 'failed' }] },
  {
    externalId: 'greta-lindqvist',
    chain: 'eip155:421614',
    status: 'inactive',
    address: 2,
    accounts: [{ status: 'inactive', cards: [{ type: 'virtual', status: 'inactive' }] }],
  },
  { externalId: 'tomasz-kowal', chain: 'eip155:300', status: 'verifying', address: 0 },
  { externalId: 'yara-haddad', chain: 'eip155:300', status: 'initiating', address: 0 },
  { externalId: 'viktor-orlov', chain: 'eip155:300', status: 'rejected', address: 0 },
];

const FIRST_INSTANT_MS = Date.UTC(2024, 0, 12, 15, 12, 26);

/**
 * Fills a programme with a dozen customers in various states, their accounts, cards and payments: the same entities with
 * the same IDs every time. Customers waiting for a signature have no challenge yet; reading it makes one.
 */
export function seedDemo(programme: Programme): void {
  const seeder = new DemoSeeder(programme);
  for (const plan of PLAN) seeder.addCustomer(plan);
}

class DemoSeeder {
  readonly #programme: Programme;
  readonly #random = new SeededRandom(20_240_112);
  #microseconds = FIRST_INSTANT_MS * 1000;

  constructor(programme: Programme) {
    this.#programme = programme;
  }

  addCustomer({ externalId, chain, status, address, accounts = [] }: CustomerPlan): void {
    const chainId = `${chain}:0x${this.#random.hex(40)}`;
    const entity: Customer = {
      id: customerIdOf({ chainId, externalId }),
      externalId,
      chainId,
      status,
      ...this.#times(),
    };
    this.#programme.customers.add({ entity });
    for (const account of accounts) this.#addAccount({ customer: entity, address, ...account });
  }

  #addAccount(plan: { customer: Customer; address: number; status: AccountStatus; cards?: readonly CardPlan[] }): void {
    const { namespace, reference } = splitChainAccountId(plan.customer.chainId);
    const isDeployed = plan.status === 'active' || plan.status === 'inactive' || plan.status === 'closed';
    const entity: Account = {
      id: this.#random.uuid(),
      customerId: plan.customer.id,
      ...(isDeployed && { chainId: `${namespace}:${reference}:0x${this.#random.hex(40)}` }),
      status: plan.status,
      type: 'card_account',
      currencies: ['EUR'],
      ...this.#times(),
    };
    this.#programme.accounts.add({
      entity,
      ...(plan.customer.status === 'inactive' && { inactiveWithCustomer: true }),
    });
    for (const card of plan.cards ?? []) {
      this.#addCard({ account: entity, name: nameFrom(plan.customer.externalId), address: plan.address, card });
    }
  }

  #addCard({
    account,
    name,
    address,
    card,
  }: {
    account: Account;
    name: string;
    address: number;
    card: CardPlan;
  }): void {
    const id = this.#random.uuid();
    const isEmbossed = !card.isBare && card.status !== 'issuing' && card.status !== 'issue_failed';
    const expirationDate = `${String(this.#random.below(12) + 1).padStart(2, '0')}/${2027 + this.#random.below(3)}`;
    this.#programme.cards.add({
      entity: {
        id,
        accountId: account.id,
        type: card.type,
        ...(isEmbossed && { name, network: 'visa', maskedPan: maskedPanOf(id), expirationDate }),
        billingAddress: ADDRESSES[address] ?? {
          firstLine: '1 High Street',
          city: 'London',
          country: 'GB',
          postCode: 'W1 1AA',
        },
        status: card.status,
        ...this.#times(),
      },
      ...(account.status === 'inactive' && { inactiveWithAccount: true }),
    });
    for (const payment of card.payments ?? []) this.#addPayment({ accountId: account.id, cardId: id, payment });
  }

  #addPayment({ accountId, cardId, payment }: { accountId: string; cardId: string; payment: PaymentPlan }): void {
    const { currency: merchantCurrency = 'EUR', rate = '1', ...merchant } = MERCHANTS[payment.merchant] ?? {};
    const shared = {
      id: this.#random.uuid(),
      accountId,
      cardId,
      amount: payment.amount,
      currency: 'EUR',
      merchantAmount: (Number(payment.amount) * Number(rate)).toFixed(2).replace(/\.?0+$/, ''),
      merchantCurrency,
      exchangeRate: rate,
      merchant,
    };
    this.#programme.authorisations.add({ entity: { ...shared, status: payment.status, ...this.#times() } });
    if (payment.transaction === undefined) return;
    const transaction: Transaction = { ...shared, status: payment.transaction, fees: feesOf(shared), ...this.#times() };
    this.#programme.transactions.add({ entity: transaction });
  }

  /** Each entity is some minutes younger than the one before, and was last changed a little after its creation. */
  #times(): { createdAt: string; updatedAt: string } {
    this.#microseconds += 60_000_000 + this.#random.below(3_600_000_000);
    const changedAfter = this.#random.below(50_000_000);
    return {
      createdAt: formatMicroseconds(this.#microseconds),
      updatedAt: formatMicroseconds(this.#microseconds + changedAfter),
    };
  }
}
