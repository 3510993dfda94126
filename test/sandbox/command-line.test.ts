import { CommandLineError, parseCommand } from '../../sandbox/command-line.js';
import { API_KEY } from './support/sandbox-client.js';

describe('parseCommand', () => {
  it.each([
    { args: [], env: {}, command: {} },
    { args: ['--port', '4010', '--cards=10000'], env: {}, command: { port: 4010, seed: { cards: 10_000 } } },
    { args: ['--seed', 'empty'], env: {}, command: { seed: 'empty' } },
    {
      args: [],
      env: { SANDBOX_PORT: '4010', SANDBOX_SETTLE_DELAY_MS: '5' },
      command: { port: 4010, settleDelayMs: 5 },
    },
    { args: ['--port', '1'], env: { SANDBOX_PORT: '2' }, command: { port: 1 } },
    { args: [], env: { SANDBOX_PORT: '' }, command: {} },
    {
      args: ['--api-key', API_KEY, '--key-id', 'k'],
      env: { SANDBOX_API_SECRET: 's', SANDBOX_PUBLIC_KEY_FILE: 'key.pem' },
      command: {
        credentials: { apiKey: API_KEY, apiSecret: 's' },
        signingKey: { keyId: 'k', publicKeyFile: 'key.pem' },
      },
    },
    {
      args: ['--webhook-duplicate-rate', '0.2', '--webhook-signing', 'on', '--webhook-delay-ms', '5'],
      env: { SANDBOX_WEBHOOK_DISORDER_RATE: '1', SANDBOX_WEBHOOK_LOSS_RATE: '0' },
      command: { webhooks: { duplicateRate: 0.2, disorderRate: 1, lossRate: 0, delayMs: 5, isSigned: true } },
    },
    { args: ['--webhook-signing', 'off'], env: {}, command: { webhooks: { isSigned: false } } },
    { args: ['--help'], env: {}, command: 'help' },
  ])('reads $args and $env', ({ args, env, command }) => {
    expect(parseCommand({ args, env })).toEqual(command);
  });

  it.each([
    { args: ['--port', 'x'], message: /--port must be an integer/ },
    { args: ['--port', '65536'], message: /--port must be an integer/ },
    { args: ['--cards', '100001'], message: /--cards must be an integer from 0 to 100000/ },
    { args: ['--seed', 'other'], message: /--seed must be demo or empty/ },
    { args: ['--seed', 'demo', '--cards', '1'], message: /exclude each other/ },
    { args: ['--api-key', API_KEY], message: /--api-key and --api-secret go together/ },
    { args: ['--api-key', 'x', '--api-secret', 'planted'], message: /--api-key must be a UUID/ },
    { args: ['--key-id', 'k'], message: /go together/ },
    { args: ['--webhook-loss-rate', '1.1'], message: /--webhook-loss-rate must be a number from 0 to 1/ },
    { args: ['--webhook-duplicate-rate=-1'], message: /--webhook-duplicate-rate must be a number from 0 to 1/ },
    { args: ['--webhook-disorder-rate', '1.2.3'], message: /--webhook-disorder-rate must be/ },
    { args: ['--webhook-signing', 'yes'], message: /--webhook-signing must be on or off/ },
    { args: ['--colour'], message: /colour/ },
    { args: ['extra'], message: /extra/ },
  ])('refuses $args', ({ args, message }) => {
    expect(() => parseCommand({ args, env: {} })).toThrow(CommandLineError);
    expect(() => parseCommand({ args, env: {} })).toThrow(message);
    expect(() => parseCommand({ args, env: {} })).not.toThrow(/planted/);
  });

  it('names every problem at once', () => {
    const args = ['--port', 'x', '--cards', 'y', '--key-id', 'k'];
    expect(() => parseCommand({ args, env: {} })).toThrow(/--port.*\n--cards.*\n--key-id/);
  });
});
