import { createHash } from 'node:crypto';

export interface ProgrammeLists {
  cards: Buffer;
  accounts: Buffer;
  customers: Buffer;
}

function uuid(name: string): string {
  const hex = createHash('md5').update(name).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20)}`;
}

function instantOf(index: number): string {
  const milliseconds = new Date(Date.UTC(2024, 0, 1) + index * 61_007).toISOString().slice(0, -1);
  return `${milliseconds}${String((index * 7_919) % 1_000).padStart(3, '0')}Z`;
}

/**
 * The list answers of a programme with two cards for each account and two accounts for each customer, as the API writes
 * them; every holder with another name and address, so that nothing is smaller for being the same.
 */
export function programmeLists(options: {
  cards: number;
  order?: 'oldest first' | 'newest first' | 'shuffled';
}): ProgrammeLists {
  const { cards: count, order = 'oldest first' } = options;
  const list = (length: number, elementAt: (index: number) => { id: string }): Buffer => {
    const elements = Array.from({ length }, (_, index) => elementAt(index));
    if (order === 'newest first') elements.reverse();
    // IDs are hashes, so their order has nothing to do with that of creation.
    if (order === 'shuffled') elements.sort((a, b) => (a.id < b.id ? -1 : 1));
    return Buffer.from(JSON.stringify(elements));
  };
  const times = (index: number) => ({ createdAt: instantOf(index), updatedAt: instantOf(index + 1) });
  const chainId = (index: number) => `eip155:300:0x${uuid(`chain ${index}`).replaceAll('-', '').padEnd(40, '0')}`;
  return {
    cards: list(count, (index) => ({
      id: uuid(`card ${index}`),
      accountId: uuid(`account ${index >> 1}`),
      type: index % 2 === 0 ? 'virtual' : 'physical',
      name: `JOHN CARTER ${index >> 2}`,
      network: 'visa',
      maskedPan: `530518******${String(index % 10_000).padStart(4, '0')}`,
      expirationDate: '10/2028',
      billingAddress: {
        firstLine: `${index >> 2} Example Street`,
        secondLine: 'Flat 2',
        city: index % 3 === 0 ? 'Zürich' : 'London',
        state: 'Greater London',
        country: 'GB',
        postCode: `E1 ${index >> 2}`,
      },
      status: index % 16 === 0 ? 'inactive' : 'active',
      ...times(index),
    })),
    accounts: list(count >> 1, (index) => ({
      id: uuid(`account ${index}`),
      customerId: uuid(`customer ${index >> 1}`),
      chainId: chainId(index),
      status: 'active',
      type: 'card_account',
      currencies: ['USDC'],
      ...times(index),
    })),
    customers: list(count >> 2, (index) => ({
      id: uuid(`customer ${index}`),
      externalId: `customer-${index}`,
      chainId: chainId(index),
      status: 'active',
      ...times(index),
    })),
  };
}
