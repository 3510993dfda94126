import { createServer, connect as openSocket, type Socket } from 'node:net';
import { closeAfterAll } from './teardown.js';

/** Passes bytes on as they are, in both directions, and keeps a copy of them. */
export interface RecordingProxy {
  readonly port: number;
  /** Everything that went through so far, both ways, as text. */
  recorded(): string;
}

export async function startRecordingProxy(targetPort: number): Promise<RecordingProxy> {
  const chunks: Buffer[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const target = openSocket({ host: '127.0.0.1', port: targetPort });
    for (const [from, to] of [
      [client, target],
      [target, client],
    ] as const) {
      sockets.add(from);
      from.on('data', (chunk) => chunks.push(chunk));
      from.on('error', () => to.destroy());
      from.on('close', () => to.destroy());
      from.pipe(to);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closeAfterAll(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the proxy has no port');
  return { port: address.port, recorded: () => Buffer.concat(chunks).toString('latin1') };
}
