import { createSecretCheck } from '../../../src/events/webhooks/path-secret.js';

const SECRET = 'a-secret-of-some-length';

it.each([
  [SECRET, true],
  ['', false],
  [`${SECRET}x`, false],
  [SECRET.slice(0, -1), false],
  [SECRET.toUpperCase(), false],
  [`${SECRET}/`, false],
  ['x'.repeat(10_000), false],
  ['\u{1f600}', false],
])('%j is the secret: %p', (candidate, expected) => {
  expect(createSecretCheck(SECRET)(candidate)).toBe(expected);
});
