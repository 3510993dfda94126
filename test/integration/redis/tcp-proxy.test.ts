import { once } from 'node:events';
import { type AddressInfo, createConnection, createServer, type Socket } from 'node:net';
import { startTcpProxy, type TcpProxy } from '../../support/tcp-proxy.js';
import { closeAfterAll } from '../../support/teardown.js';

/** Sends back what it is sent; ends when the other side does. */
async function startEcho(): Promise<number> {
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.pipe(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closeAfterAll(async () => void server.close());
  return (server.address() as AddressInfo).port;
}

async function connect(proxy: TcpProxy): Promise<{ socket: Socket; received: () => string }> {
  const socket = createConnection({ port: proxy.port, host: '127.0.0.1', allowHalfOpen: true });
  let text = '';
  // Being reset is what several of these tests are about.
  socket.on('error', () => {});
  socket.on('data', (bytes) => {
    text += bytes.toString();
  });
  closeAfterAll(async () => void socket.destroy());
  await new Promise((resolve) => socket.once('connect', resolve).once('close', resolve));
  return { socket, received: () => text };
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 2));
}

const moment = () => new Promise((resolve) => setTimeout(resolve, 50));

describe('a TCP proxy', () => {
  let proxy: TcpProxy;
  beforeAll(async () => {
    proxy = await startTcpProxy({ port: await startEcho() });
    closeAfterAll(proxy.close);
  });
  afterEach(() => {
    proxy.heal();
    proxy.resetAll();
  });

  it('passes on bytes both ways, and the end after them', async () => {
    const { socket, received } = await connect(proxy);
    const ended = once(socket, 'end');
    socket.end('x'.repeat(1_000_000));
    await ended;
    expect(received()).toHaveLength(1_000_000);
    await until(() => proxy.connections === 0);
  });

  it('keeps the order of bytes under random delays', async () => {
    proxy.set({ delayMs: () => Math.random() * 10 });
    const { socket, received } = await connect(proxy);
    let sent = '';
    for (let index = 0; index < 50; index += 1) {
      socket.write(`${index},`);
      sent += `${index},`;
      if (index % 5 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    await until(() => received().length === sent.length);
    expect(received()).toBe(sent);
  });

  it('delays one direction by at least what was asked for', async () => {
    proxy.set({ delayMs: () => 60 }, 'toClient');
    const { socket, received } = await connect(proxy);
    const beganAt = performance.now();
    socket.write('late');
    await until(() => received() === 'late');
    expect(performance.now() - beganAt).toBeGreaterThanOrEqual(59);
  });

  it.each(['toServer', 'toClient'] as const)(
    'keeps everything back in a black hole %s, and delivers it afterwards',
    async (direction) => {
      const { socket, received } = await connect(proxy);
      proxy.set({ isBlackHole: true }, direction);
      socket.write('one');
      await moment();
      socket.write('two');
      await moment();
      expect(received()).toBe('');
      proxy.heal();
      await until(() => received() === 'onetwo');
    },
  );

  it('resets connections, and takes new ones', async () => {
    const { socket } = await connect(proxy);
    proxy.resetAll();
    await until(() => socket.closed);
    expect(socket.errored).toMatchObject({ code: 'ECONNRESET' });
    const { socket: next, received } = await connect(proxy);
    next.write('again');
    await until(() => received() === 'again');
  });

  it('refuses connections', async () => {
    proxy.setRefusing(true);
    const { socket } = await connect(proxy);
    await until(() => socket.closed);
    expect(proxy.connections).toBe(0);
  });

  it('resets the client when there is no server', async () => {
    const orphan = await startTcpProxy({ port: 1 });
    closeAfterAll(orphan.close);
    const { socket } = await connect(orphan);
    await until(() => socket.closed);
    expect(orphan.connections).toBe(0);
  });
});
