import { createDeliveryLimit } from '../../../src/events/webhooks/delivery-limit.js';

it('lets a burst pass, then a steady rate, and says when to come again', () => {
  let now = 0;
  const limit = createDeliveryLimit({ perSecond: 10, burst: 3, now: () => now });
  expect([limit.take(), limit.take(), limit.take()]).toEqual([null, null, null]);
  expect(limit.take()).toBe(1);
  now = 99;
  expect(limit.take()).toBe(1);
  now = 100;
  expect([limit.take(), limit.take()]).toEqual([null, 1]);
  now = 1_000_000;
  expect([limit.take(), limit.take(), limit.take(), limit.take()]).toEqual([null, null, null, 1]);
});

it('names the seconds of a rate that is slower than that', () => {
  const limit = createDeliveryLimit({ perSecond: 0.1, burst: 1, now: () => 0 });
  expect([limit.take(), limit.take()]).toEqual([null, 10]);
});
