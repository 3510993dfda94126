import { planRegistration } from '../../../src/events/registration/registration-plan.js';
import { WebhookEventType } from '../../../src/schema/webhook-subscription/webhook-event-type.enum.js';
import type { WebhookSubscription } from '../../../src/schema/webhook-subscription/webhook-subscription.type.js';

const { CARD_UPDATED, ACCOUNT_UPDATED, CUSTOMER_UPDATED } = WebhookEventType;
const OWN = 'https://gateway.example.com/webhooks/offblocks/one';
const at = '2026-11-20T12:00:00Z';

const aSubscription = (
  id: string,
  callbackUrl: string,
  types: WebhookEventType[] = [CARD_UPDATED, ACCOUNT_UPDATED],
): WebhookSubscription => ({ id, callbackUrl, types, createdAt: at, updatedAt: at });

const plan = (...subscriptions: WebhookSubscription[]) => {
  const made = planRegistration({ subscriptions, callbackUrl: new URL(OWN), types: [ACCOUNT_UPDATED, CARD_UPDATED] });
  const ids = (list: readonly WebhookSubscription[]) => list.map(({ id }) => id);
  return {
    action: made.action,
    id: 'subscription' in made ? made.subscription.id : null,
    duplicates: ids(made.duplicates),
    outdated: ids(made.outdated),
  };
};
const nothingElse = { duplicates: [], outdated: [] };

describe('planRegistration', () => {
  it('creates what is not there', () => {
    expect(plan()).toEqual({ action: 'create', id: null, ...nothingElse });
    expect(plan(aSubscription('a', 'https://elsewhere.example/hook'))).toEqual({
      action: 'create',
      id: null,
      ...nothingElse,
    });
  });

  it('does nothing where the same is there, in whatever order and spelling', () => {
    const spelled = 'https://GATEWAY.example.com:443/webhooks/offblocks/one';
    expect(plan(aSubscription('a', spelled, [CARD_UPDATED, ACCOUNT_UPDATED]))).toEqual({
      action: 'none',
      id: 'a',
      ...nothingElse,
    });
  });

  it.each([
    [[CARD_UPDATED]],
    [[CARD_UPDATED, CUSTOMER_UPDATED]],
    [[CARD_UPDATED, ACCOUNT_UPDATED, CUSTOMER_UPDATED]],
    [[]],
  ])('changes one with the types %j', (types) => {
    expect(plan(aSubscription('a', OWN, types))).toEqual({ action: 'update', id: 'a', ...nothingElse });
  });

  it('takes of several the one that is right, else the oldest, and names the others', () => {
    const wrong = aSubscription('a', OWN, [CARD_UPDATED]);
    expect(plan(wrong, aSubscription('b', OWN))).toEqual({ action: 'none', id: 'b', duplicates: ['a'], outdated: [] });
    expect(plan(wrong, aSubscription('b', OWN, []))).toMatchObject({ action: 'update', id: 'a', duplicates: ['b'] });
  });

  it('names those of the same receiver with another secret', () => {
    const old = aSubscription('old', 'https://gateway.example.com/webhooks/offblocks/two');
    expect(plan(old)).toEqual({ action: 'create', id: null, duplicates: [], outdated: ['old'] });
    expect(plan(old, aSubscription('a', OWN))).toEqual({ action: 'none', id: 'a', duplicates: [], outdated: ['old'] });
  });
});
