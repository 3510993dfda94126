import { webhooks } from '../../src/commands/webhooks.js';
import { WebhookReceiver } from '../sandbox/support/webhook-receiver.js';
import { type ApiSandbox, startApiSandbox } from '../support/api-sandbox.js';
import { demoProgramme, firstOf } from '../support/demo-programme.js';
import { runInEnv } from './command-under-test.js';

const SECRET = 'planted-secret-of-the-receiver';
const URL_ARGS = ['register', '--url', 'https://gateway.example.com'];
const ADDRESS = 'https://gateway.example.com/webhooks/offblocks/…';

let api: ApiSandbox;
beforeEach(async () => {
  api = await startApiSandbox();
});
afterEach(() => api.stop());

/** With the assertion that belongs to each: no secret is shown. */
async function run(args: readonly string[], env: Record<string, string> = {}) {
  const result = await runInEnv(webhooks, { api, args, env: { WEBHOOK_SECRET: SECRET, ...env } });
  for (const secret of [SECRET, api.apiSecret, 'another-secret-of-16']) {
    expect(result.out + result.error).not.toContain(secret);
  }
  return result;
}

const idIn = (text: string) => /[0-9a-f]{8}-[0-9a-f-]{27}/.exec(text)?.[0] ?? '';
const putCalls = () => api.running.stats().requests['PUT /webhooks'] ?? 0;

describe('npm run webhooks -- register', () => {
  it('subscribes the receiver of the gateway to everything, and does nothing the second time', async () => {
    const first = await run(URL_ARGS);
    expect(first).toMatchObject({ exitCode: 0, error: '' });
    const id = idIn(first.out);
    expect(first.out).toBe(
      `Registered: ${id}  ${ADDRESS}  customer.updated,account.updated,card.updated,authorisation.updated,transaction.updated\n`,
    );
    expect(await run(URL_ARGS)).toEqual({
      exitCode: 0,
      out: `Nothing to do: ${id} has these events delivered to ${ADDRESS}\n`,
      error: '',
    });
    expect(putCalls()).toBe(1);
    expect(api.running.stats().refusedSignatures.total).toBe(0);
  });

  it('takes the address from WEBHOOK_PUBLIC_URL, and an address that is complete as it is', async () => {
    const { out } = await run(['register'], { WEBHOOK_PUBLIC_URL: 'https://gateway.example.com' });
    expect(out).toContain(ADDRESS);
    const complete = `https://gateway.example.com/webhooks/offblocks/${SECRET}`;
    expect((await run(['register', '--url', complete])).out).toMatch(/^Nothing to do/);
  });

  it('changes the types of the subscription that is there, and makes no second one', async () => {
    const id = idIn((await run(URL_ARGS)).out);
    const { out } = await run([...URL_ARGS, '--types', 'card.updated, CUSTOMER_UPDATED']);
    expect(out).toBe(`Changed: ${id}  ${ADDRESS}  card.updated,customer.updated\n`);
    expect((await run(['list'])).out).toBe(`${id}  ${ADDRESS}  card.updated,customer.updated  (this gateway)\n`);
  });

  it('names what is in the way: the same address twice, and the one with the secret of before', async () => {
    const old = idIn((await run(URL_ARGS, { WEBHOOK_SECRET: 'another-secret-of-16' })).out);
    const twin = api.running.subscribe({ callbackUrl: `https://gateway.example.com/webhooks/offblocks/${SECRET}` });
    api.running.subscribe({ callbackUrl: `https://gateway.example.com/webhooks/offblocks/${SECRET}` });
    const { exitCode, out } = await run(URL_ARGS);
    expect(exitCode).toBe(0);
    const [first, second, third] = out.trim().split('\n');
    expect(first).toContain(`Nothing to do: ${twin}`);
    expect(second).toMatch(/has the same address, so events come more than once: npm run webhooks -- delete/);
    expect(third).toBe(
      `${old} leads to the same receiver with another secret. Once no gateway has that: npm run webhooks -- delete ${old}`,
    );
  });

  it('has changes delivered to where it says', async () => {
    const receiver = await new WebhookReceiver().listen();
    const { exitCode } = await run(['register', '--url', new URL('/', receiver.url).href]);
    expect(exitCode).toBe(0);
    const { id } = firstOf(demoProgramme().cards, ({ status }) => status === 'active');
    await fetch(`${api.running.adminUrl}/cards/${id}/suspend`, { method: 'POST' });
    await api.running.webhooksIdle();
    expect(receiver.received).toMatchObject([{ webhookType: 'card.updated', id, status: 'suspended' }]);
  });

  it.each<{ args: string[]; env: Record<string, string>; exitCode: number; error: RegExp }>([
    { args: ['register'], env: {}, exitCode: 2, error: /--url, or WEBHOOK_PUBLIC_URL/ },
    {
      args: ['register', '--url', 'http://gateway.example.com'],
      env: {},
      exitCode: 2,
      error: /--url must be an https URL/,
    },
    { args: ['register', '--url', 'gateway'], env: {}, exitCode: 2, error: /--url must be an https URL/ },
    { args: ['register', '--url', 'https://g.example.com/?a'], env: {}, exitCode: 2, error: /without query/ },
    {
      args: ['register', '--url', 'https://g.example.com/webhooks/offblocks/another-secret-of-16'],
      env: {},
      exitCode: 2,
      error: /is not WEBHOOK_SECRET/,
    },
    {
      args: [...URL_ARGS, '--types', 'card.updated,cards'],
      env: {},
      exitCode: 2,
      error: /--types must hold some of customer/,
    },
    { args: [...URL_ARGS, '--types', ''], env: {}, exitCode: 2, error: /--types must hold/ },
    { args: [...URL_ARGS, 'more'], env: {}, exitCode: 2, error: /no further argument/ },
    { args: ['list', '--url', 'https://g.example.com'], env: {}, exitCode: 2, error: /options of register/ },
    { args: ['delete'], env: {}, exitCode: 2, error: /delete needs one ID/ },
    { args: [], env: {}, exitCode: 2, error: /one of list, register and delete/ },
    { args: ['publish'], env: {}, exitCode: 2, error: /publish is no command/ },
    { args: ['list', '--colour'], env: {}, exitCode: 2, error: /colour/ },
    { args: URL_ARGS, env: { WEBHOOK_SECRET: '' }, exitCode: 78, error: /WEBHOOK_SECRET is not set/ },
    { args: ['list'], env: { OFFBLOCKS_API_KEY: '' }, exitCode: 78, error: /OFFBLOCKS_API_KEY is needed/ },
    {
      args: ['list'],
      env: { OFFBLOCKS_API_SECRET: 'wrong' },
      exitCode: 1,
      error: /refused the credentials \(HTTP 401\)/,
    },
    { args: ['list'], env: { OFFBLOCKS_SIGNING_KEY_ID: 'unknown' }, exitCode: 1, error: /\(HTTP 400\).*signature/ },
    {
      args: ['list'],
      env: { OFFBLOCKS_BASE_URL: 'http://127.0.0.1:9/v1' },
      exitCode: 1,
      error: /cannot be reached \(ECONNREFUSED\)/,
    },
  ])('ends with $exitCode for $args, $env, and registers nothing', async ({ args, env, exitCode, error }) => {
    const result = await run(args, env);
    expect(result).toMatchObject({ exitCode, out: '', error: expect.stringMatching(error) });
    expect(putCalls()).toBe(0);
  });

  it('says what to do without an API', async () => {
    expect(await runInEnv(webhooks, { args: ['list'] })).toMatchObject({
      exitCode: 78,
      error: expect.stringMatching(/OFFBLOCKS_BASE_URL is not set/),
    });
  });

  it('does not register twice when the answer is lost on the way', async () => {
    api.running.injectFault({ method: 'PUT', path: '/webhooks', times: 1, fault: { kind: 'drop-after-commit' } });
    expect((await run(URL_ARGS)).exitCode).toBe(0);
    expect((await run(['list'])).out.trim().split('\n')).toHaveLength(1);
  });
});

describe('npm run webhooks -- list and delete', () => {
  it('shows what there is without secrets, and ends one', async () => {
    expect((await run(['list'])).out).toBe('There are no webhook subscriptions.\n');
    const id = idIn((await run(URL_ARGS)).out);
    expect(await run(['delete', id])).toEqual({ exitCode: 0, out: `Deleted: ${id}\n`, error: '' });
    expect(await run(['delete', id])).toMatchObject({ exitCode: 1, error: expect.stringContaining('no webhook') });
    expect((await run(['list'])).out).toBe('There are no webhook subscriptions.\n');
  });

  it('needs no secret', async () => {
    expect(await run(['list'], { WEBHOOK_SECRET: '' })).toMatchObject({ exitCode: 0 });
  });

  it('explains itself', async () => {
    const { exitCode, out } = await runInEnv(webhooks, { args: ['--help'] });
    expect({ exitCode, out }).toEqual({ exitCode: 0, out: expect.stringContaining('Exit codes') });
  });
});
