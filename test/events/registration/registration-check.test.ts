import {
  nextCheckDelay,
  type RegistrationState,
  startRegistrationCheck,
} from '../../../src/events/registration/registration-check.js';
import { createLogger } from '../../../src/observability/logger.js';
import { WebhookEventType } from '../../../src/schema/webhook-subscription/webhook-event-type.enum.js';
import type { WebhookSubscription } from '../../../src/schema/webhook-subscription/webhook-subscription.type.js';

const SECRET = 'planted-secret-of-the-receiver';
const callbackUrl = new URL(`https://gateway.example.com/webhooks/offblocks/${SECRET}`);
const at = '2026-11-20T12:00:00Z';
const registered: WebhookSubscription = {
  id: 'a',
  callbackUrl: callbackUrl.href,
  types: Object.values(WebhookEventType),
  createdAt: at,
  updatedAt: at,
};

it.each<[RegistrationState, number, number]>([
  ['registered', 0, 3_600_000],
  ['missing', 0, 60_000],
  ['incomplete', 0, 60_000],
  ['unknown', 1, 15_000],
  ['unknown', 2, 30_000],
  ['unknown', 4, 120_000],
  ['unknown', 100, 600_000],
])('looks again, when %s for the time %i, after %i ms', (state, failures, delayMs) => {
  expect(nextCheckDelay({ state, failures })).toBe(delayMs);
});

/** Looks at once again and again, at these answers one after the other, and gives what was logged. */
async function logsOf(...answers: (WebhookSubscription[] | Error)[]) {
  const logs: { level: string; msg: string }[] = [];
  let text = '';
  const write = (line: string) => {
    text += line;
    logs.push(JSON.parse(line));
  };
  const logger = createLogger({ level: 'info', destination: { write } });
  const remaining = [...answers];
  await new Promise<void>((resolve) => {
    const stop = startRegistrationCheck({
      subscriptions: {
        async list() {
          const answer = remaining.shift();
          if (answer === undefined) {
            stop();
            resolve();
            return [];
          }
          if (answer instanceof Error) throw answer;
          return answer;
        },
      },
      callbackUrl,
      logger,
      delayOf: () => 0,
    });
  });
  expect(text).not.toContain(SECRET);
  return logs.map(({ level, msg }) => ({ level, msg }));
}

const todo = 'run `npm run webhooks -- register`';
const found = { level: 'info', msg: 'the API delivers webhooks to this gateway' };
const missing = {
  level: 'warn',
  msg: `no webhook subscription leads to this gateway, so changes show late; ${todo}`,
};

describe('the check of the registration', () => {
  it('says once that all is well', async () => {
    expect(await logsOf([registered], [registered], [registered])).toEqual([found]);
  });

  it('says once what to do, and that it was done', async () => {
    expect(await logsOf([], [], [registered], [registered])).toEqual([missing, found]);
  });

  it('notices a subscription that lacks types, and one that is deleted later', async () => {
    const partial = { ...registered, types: [WebhookEventType.CARD_UPDATED] };
    expect(await logsOf([partial], [registered], [])).toEqual([
      { level: 'warn', msg: `the webhook subscription of this gateway lacks some types of events; ${todo}` },
      found,
      missing,
    ]);
  });

  it('warns once while the API is away, and goes on asking', async () => {
    const away = new Error('away');
    const [first, ...others] = await logsOf(away, away, away, [registered]);
    expect(first).toMatchObject({ level: 'warn', msg: expect.stringContaining('could not be found out') });
    expect(others).toEqual([found]);
  });
});
