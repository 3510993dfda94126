/** The entities as the API shows them. Source of each: the page of its noun under https://docs.offblocks.xyz/developer-guides/api-integration/api-reference/ */

export type CustomerStatus = 'initiating' | 'screening' | 'verifying' | 'active' | 'inactive' | 'rejected';
export type AccountStatus = 'initiating' | 'pending' | 'active' | 'inactive' | 'closed' | 'failed';
export type CardStatus = 'issuing' | 'issue_failed' | 'active' | 'inactive' | 'suspended' | 'blocked' | 'terminated';
export type CardType = 'virtual' | 'physical';
export type AuthorisationStatus = 'pending' | 'capturing' | 'captured' | 'releasing' | 'released';
export type TransactionStatus = 'processing' | 'processed' | 'reversing' | 'reversed';

export interface Customer {
  id: string;
  externalId: string;
  chainId: string;
  status: CustomerStatus;
  createdAt: string;
  updatedAt: string;
}

export interface Account {
  id: string;
  customerId: string;
  /** Assigned on activation. */
  chainId?: string;
  status: AccountStatus;
  type: 'card_account';
  currencies: string[];
  createdAt: string;
  updatedAt: string;
}

export interface Address {
  firstLine: string;
  secondLine?: string;
  city: string;
  state?: string;
  country: string;
  postCode: string;
}

export interface Card {
  id: string;
  accountId: string;
  type: CardType;
  name?: string;
  network?: string;
  maskedPan?: string;
  /** `MM/YYYY` */
  expirationDate?: string;
  billingAddress: Address;
  status: CardStatus;
  createdAt: string;
  updatedAt: string;
}

export interface Merchant {
  id?: string;
  name?: string;
  mcc?: number;
  country?: string;
  city?: string;
}

interface Payment {
  id: string;
  accountId: string;
  cardId: string;
  amount: string;
  currency: string;
  merchantAmount: string;
  merchantCurrency: string;
  exchangeRate: string;
  merchant: Merchant;
  createdAt: string;
  updatedAt: string;
}

export interface Authorisation extends Payment {
  status: AuthorisationStatus;
}

export interface Fee {
  type: 'partner' | 'service' | 'network';
  amount: string;
  currency: string;
}

export interface Transaction extends Payment {
  status: TransactionStatus;
  fees: Fee[];
}

/** What the sandbox knows of a challenge that it issued. */
export interface Challenge {
  /** Base64, as it went out. */
  value: string;
  expiresAtMs: number;
}

/** Rows: the entity, and beside it what no answer shows. */
export interface CustomerRow {
  entity: Customer;
  challenge?: Challenge;
}
export interface AccountRow {
  entity: Account;
  challenge?: Challenge;
  /** Turned inactive by its customer's deactivation, so that the customer's activation turns it active again. */
  inactiveWithCustomer?: boolean;
}
export interface CardRow {
  entity: Card;
  /** Turned inactive by its account's deactivation, so that the account's activation turns it active again. */
  inactiveWithAccount?: boolean;
  terminatedAtMs?: number;
}
export interface AuthorisationRow {
  entity: Authorisation;
}
export interface TransactionRow {
  entity: Transaction;
}
