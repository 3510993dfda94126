/** How many deliveries are taken: a bucket that fills at a steady rate, so that a burst passes and a flood does not. */
export interface DeliveryLimitOptions {
  perSecond: number;
  burst: number;
  /** Milliseconds on any clock that only moves forwards. */
  now?: () => number;
}

export interface DeliveryLimit {
  /** Null when one more may be taken, else the seconds after which it may. */
  take(): number | null;
}

export function createDeliveryLimit(options: DeliveryLimitOptions): DeliveryLimit {
  const { perSecond, burst, now = () => performance.now() } = options;
  let tokens = burst;
  let filledAt = now();
  return {
    take() {
      const at = now();
      tokens = Math.min(burst, tokens + ((at - filledAt) / 1_000) * perSecond);
      filledAt = at;
      if (tokens < 1) return Math.max(1, Math.ceil((1 - tokens) / perSecond));
      tokens -= 1;
      return null;
    },
  };
}
