import { ListLedger } from '../../../src/datasources/loaders/list-ledger.js';

const LIFE_MS = 16_000;

describe('what single reads have cost that a list would have answered', () => {
  it('counts for as long as the list would have lived', () => {
    const ledger = new ListLedger(LIFE_MS);
    ledger.spend(10, 0);
    ledger.spend(5, 8_000);
    expect([0, 15_999, 16_000, 23_999, 24_000].map((at) => ledger.lately(at).spentMs)).toEqual([15, 15, 5, 5, 0]);
  });

  it('is kept in pieces, none of them longer than a sixteenth of that', () => {
    const ledger = new ListLedger(LIFE_MS);
    for (let at = 0; at < 2_000; at += 10) ledger.spend(1, at);
    expect(ledger.lately(16_989).spentMs).toBe(200);
    expect(ledger.lately(16_990).spentMs).toBe(100);
    expect(ledger.lately(17_990).spentMs).toBe(0);
  });

  it('is paid off with the list', () => {
    const ledger = new ListLedger(LIFE_MS);
    ledger.spend(10, 0);
    ledger.buy(100);
    expect(ledger.lately(1).spentMs).toBe(0);
  });
});

it('knows whether the list that was last read ahead has earned its price', () => {
  const ledger = new ListLedger(LIFE_MS);
  expect(ledger.lately(0).hasPaid).toBe(true);
  ledger.buy(100);
  ledger.earn(99);
  expect(ledger.lately(0).hasPaid).toBe(false);
  ledger.earn(1);
  expect(ledger.lately(0).hasPaid).toBe(true);
  ledger.buy(100);
  expect(ledger.lately(0).hasPaid).toBe(false);
  // Paid for by the batch that wanted it.
  ledger.buy();
  expect(ledger.lately(0).hasPaid).toBe(true);
});
