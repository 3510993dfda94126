import type { Logger } from '../../observability/logger.js';
import { WebhookEventType } from '../../schema/webhook-subscription/webhook-event-type.enum.js';
import { planRegistration } from './registration-plan.js';
import type { SubscriptionsApi } from './subscriptions-api.js';

export type RegistrationState = 'registered' | 'incomplete' | 'missing' | 'unknown';

const HINT = 'run `npm run webhooks -- register`';
/** Again after so long when the API could not be asked; doubled each time. */
const FIRST_RETRY_MS = 15_000;
const MAX_RETRY_MS = 600_000;
/** While something is missing: somebody may be about to register it. */
const MISSING_RETRY_MS = 60_000;
/** Subscriptions can be deleted by whoever has the credentials, which nobody else would notice. */
const REGISTERED_RETRY_MS = 3_600_000;

/** How long until the next look, in milliseconds; `failures` counts those in a row. */
export function nextCheckDelay({ state, failures }: { state: RegistrationState; failures: number }): number {
  switch (state) {
    case 'registered':
      return REGISTERED_RETRY_MS;
    case 'unknown':
      return Math.min(FIRST_RETRY_MS * 2 ** Math.min(failures - 1, 20), MAX_RETRY_MS);
    default:
      return MISSING_RETRY_MS;
  }
}

/**
 * Looks in the background whether the API delivers to this gateway, and says what to do if not; every finding once. It never
 * keeps the gateway from starting, from answering or from ending: an API that is away is asked again later.
 * Returns a function that ends it.
 */
export function startRegistrationCheck(options: {
  subscriptions: Pick<SubscriptionsApi, 'list'>;
  callbackUrl: URL;
  logger: Logger;
  /** For tests. */
  delayOf?: typeof nextCheckDelay;
}): () => void {
  const { subscriptions, callbackUrl, logger, delayOf = nextCheckDelay } = options;
  const types = Object.values(WebhookEventType);
  let timer: NodeJS.Timeout | undefined;
  let isStopped = false;
  let last: RegistrationState | null = null;
  let failures = 0;

  async function look(): Promise<RegistrationState> {
    try {
      const plan = planRegistration({ subscriptions: await subscriptions.list(), callbackUrl, types });
      failures = 0;
      const state = plan.action === 'none' ? 'registered' : plan.action === 'update' ? 'incomplete' : 'missing';
      if (state !== last && !isStopped) report(state);
      return state;
    } catch (err) {
      failures += 1;
      if (last !== 'unknown' && !isStopped) {
        logger.warn(
          { err },
          'whether the API delivers webhooks to this gateway could not be found out; asked again later',
        );
      }
      return 'unknown';
    }
  }

  function report(state: RegistrationState): void {
    if (state === 'registered') logger.info('the API delivers webhooks to this gateway');
    else if (state === 'missing') {
      logger.warn(`no webhook subscription leads to this gateway, so changes show late; ${HINT}`);
    } else logger.warn(`the webhook subscription of this gateway lacks some types of events; ${HINT}`);
  }

  async function run(): Promise<void> {
    const state = await look();
    last = state;
    if (isStopped) return;
    timer = setTimeout(() => void run(), delayOf({ state, failures }));
    timer.unref();
  }
  void run();

  return () => {
    isStopped = true;
    clearTimeout(timer);
  };
}
