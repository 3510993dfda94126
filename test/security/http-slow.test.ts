import { expectUnharmed } from '../support/attack.js';
import { startTestGateway, type TestGateway } from '../support/gateway.js';
import { openConnection, parseAnswer, until } from '../support/raw-http.js';

const HEAD = 'POST /graphql HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n';
/** TCP connections of this process, the tests' own ends included. */
const sockets = () => process.getActiveResourcesInfo().filter((name) => name === 'TCPSocketWrap').length;

describe('slow and vanishing clients', () => {
  let gateway: TestGateway;
  let before: number;

  beforeAll(async () => {
    const httpLimits = { headersTimeoutMs: 150, requestTimeoutMs: 300, timeoutCheckMs: 50 };
    gateway = await startTestGateway({ httpLimits });
    await gateway.post({ query: '{ __typename }' });
    before = sockets();
  });

  afterEach(() => until(() => sockets() <= before));
  afterAll(() => expectUnharmed(gateway));

  it.each([
    ['headers', 'GET /health/live HTTP/1.1\r\nHost: a\r\n', 'X-A: b\r\n'],
    ['a body', `${HEAD}Content-Length: 90000\r\n\r\n{"query":"`, ' '],
    ['chunks', `${HEAD}Transfer-Encoding: chunked\r\n\r\n`, '1\r\n \r\n'],
    ['a compressed body', `${HEAD}Content-Encoding: gzip\r\nContent-Length: 90000\r\n\r\n`, 'x'],
  ])('that drip %s, a hundred at once, are all let go of', async (_what, start, drop) => {
    const connections = await Promise.all(Array.from({ length: 100 }, () => openConnection(gateway.url)));
    for (const connection of connections) connection.write(start);
    const drip = setInterval(() => {
      for (const connection of connections) connection.write(drop);
    }, 30);
    // Others are served meanwhile.
    expect((await gateway.post({ query: '{ __typename }' })).status).toBe(200);
    const answers = await Promise.all(connections.map(({ closed }) => closed));
    clearInterval(drip);
    const statuses = new Set(answers.map((text) => parseAnswer(text).status));
    // 400: what is no gzip need not be waited for. 0: the client was still writing when the connection was ended.
    expect([...statuses].filter((status) => ![0, 400, 408].includes(status))).toEqual([]);
  });

  it.each([
    ['before a request', ''],
    ['amid the headers', 'POST /graphql HT'],
    ['amid a body', `${HEAD}Content-Length: 90000\r\n\r\n{"query":"`],
    ['amid a compressed body', `${HEAD}Content-Encoding: gzip\r\nContent-Length: 90000\r\n\r\n\x1f\x8b`],
    ['amid a chunk', `${HEAD}Transfer-Encoding: chunked\r\n\r\nff\r\n{`],
    ['before the answer', `${HEAD}Content-Length: 26\r\n\r\n{"query":"{ __typename }"}`],
  ])('that hang up %s, a hundred times, leave nothing behind', async (_what, bytes) => {
    for (let round = 0; round < 100; round += 1) {
      const connection = await openConnection(gateway.url);
      connection.write(Buffer.from(bytes, 'latin1'));
      connection.hangUp();
    }
    await until(() => sockets() <= before);
    expect((await gateway.post({ query: '{ __typename }' })).status).toBe(200);
  });
});
