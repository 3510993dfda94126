import {
  CallbackUrlError,
  callbackUrlOf,
  isSameReceiver,
  isSameUrl,
  redactCallbackUrl,
} from '../../../src/events/registration/callback-url.js';

const SECRET = 'planted-secret-of-the-receiver';

describe('callbackUrlOf', () => {
  it.each([
    ['https://gateway.example.com', 'https://gateway.example.com/webhooks/offblocks/'],
    ['https://gateway.example.com/', 'https://gateway.example.com/webhooks/offblocks/'],
    ['https://example.com/cards/', 'https://example.com/cards/webhooks/offblocks/'],
    ['https://example.com:8443/a/b', 'https://example.com:8443/a/b/webhooks/offblocks/'],
    ['https://gateway.example.com/webhooks/offblocks', 'https://gateway.example.com/webhooks/offblocks/'],
    ['https://gateway.example.com/webhooks/offblocks/', 'https://gateway.example.com/webhooks/offblocks/'],
    [`https://gateway.example.com/webhooks/offblocks/${SECRET}`, 'https://gateway.example.com/webhooks/offblocks/'],
    [`https://gateway.example.com/webhooks/offblocks/${SECRET}/`, 'https://gateway.example.com/webhooks/offblocks/'],
    [
      'https://example.com/webhooks/offblocks-proxy',
      'https://example.com/webhooks/offblocks-proxy/webhooks/offblocks/',
    ],
  ])('makes of %s the address of the receiver', (publicUrl, expected) => {
    expect(callbackUrlOf({ publicUrl: new URL(publicUrl), secret: SECRET }).href).toBe(`${expected}${SECRET}`);
  });

  it.each([
    'https://gateway.example.com/webhooks/offblocks/another-secret-than-that',
    'https://gateway.example.com/?a=b',
    'https://gateway.example.com/#a',
  ])('refuses %s, without a word of either secret', (publicUrl) => {
    const make = () => callbackUrlOf({ publicUrl: new URL(publicUrl), secret: SECRET });
    expect(make).toThrow(CallbackUrlError);
    expect(make).not.toThrow(/another-secret|planted/);
  });
});

it.each([
  [`https://gateway.example.com/webhooks/offblocks/${SECRET}`, 'https://gateway.example.com/webhooks/offblocks/…'],
  [`https://u:p@gateway.example.com/a/${SECRET}/?token=${SECRET}`, 'https://gateway.example.com/a/…?…'],
  [`https://gateway.example.com/${SECRET}`, 'https://gateway.example.com/…'],
  ['https://gateway.example.com', 'https://gateway.example.com/'],
  [SECRET, '(not a URL)'],
])('shows %s as %s', (url, shown) => {
  expect(redactCallbackUrl(url)).toBe(shown);
});

it.each([
  ['https://a.example/x', 'https://A.example:443/x', true, false],
  ['https://a.example/x', 'https://a.example/X', false, false],
  ['https://a.example/webhooks/offblocks/1', 'https://a.example/webhooks/offblocks/2', false, true],
  ['https://a.example/webhooks/offblocks/1', 'https://b.example/webhooks/offblocks/1', false, false],
  ['https://a.example/one', 'https://a.example/two', false, false],
])('compares %s with %s', (one, other, isSame, isReceiver) => {
  expect([isSameUrl(one, other), isSameReceiver(one, other)]).toEqual([isSame, isReceiver]);
});
