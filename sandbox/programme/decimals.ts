const DECIMAL = /^\d{1,30}(\.\d{1,18})?$/;

/** Whether the text is an amount above zero, written as digits with at most one point. */
export function isPositiveDecimal(text: string): boolean {
  return DECIMAL.test(text) && /[1-9]/.test(text);
}

/**
 * Drops trailing zeros of the fraction: `20.0` was sent and `20` came back in
 * https://docs.offblocks.xyz/developer-guides/step-by-step-guide/card-authorisations
 */
export function normaliseDecimal(text: string): string {
  const [whole = '0', fraction = ''] = text.split('.');
  const integer = whole.replace(/^0+(?=\d)/, '');
  const rest = fraction.replace(/0+$/, '');
  return rest === '' ? integer : `${integer}.${rest}`;
}

/** The share of an amount in basis points (1/100 of a percent), rounded down to two fraction digits. */
export function shareOf({ amount, basisPoints }: { amount: string; basisPoints: number }): string {
  const [whole = '0', fraction = ''] = amount.split('.');
  const cents = BigInt(`${whole}${fraction.padEnd(2, '0').slice(0, 2)}`);
  const share = (cents * BigInt(basisPoints)) / 10_000n;
  const digits = String(share).padStart(3, '0');
  return normaliseDecimal(`${digits.slice(0, -2)}.${digits.slice(-2)}`);
}
