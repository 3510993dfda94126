import { isOriginAllowed } from '../../../src/http/streams/origin.js';

const allowed = ['https://app.example.com', 'http://localhost:3000'];

it.each<[string | undefined, string | undefined, boolean]>([
  [undefined, 'gateway.example.com', true],
  ['https://app.example.com', 'gateway.example.com', true],
  ['http://localhost:3000', 'gateway.example.com', true],
  ['https://gateway.example.com', 'gateway.example.com', true],
  ['https://gateway.example.com', 'Gateway.Example.com', true],
  ['http://127.0.0.1:4000', '127.0.0.1:4000', true],
  ['http://127.0.0.1:4001', '127.0.0.1:4000', false],
  ['http://localhost:3001', 'gateway.example.com', false],
  ['https://evil.example', 'gateway.example.com', false],
  ['https://app.example.com.evil.example', 'gateway.example.com', false],
  ['https://gateway.example.com.evil.example', 'gateway.example.com', false],
  ['https://app.example.com/', 'gateway.example.com', false],
  ['null', 'gateway.example.com', false],
  ['', 'gateway.example.com', false],
  ['nonsense', 'nonsense', false],
  ['https://gateway.example.com', undefined, false],
])('origin %j at host %j may connect: %p', (origin, host, expected) => {
  expect(isOriginAllowed({ origin, host, allowed })).toBe(expected);
});
