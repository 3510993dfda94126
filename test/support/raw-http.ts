import { connect, type Socket } from 'node:net';
import { closeAfterAll } from './teardown.js';

/** Long enough for the slowest machine; nothing waits so long unless the test is to fail. */
const PATIENCE_MS = 60_000;

/** A connection to a server, for what no HTTP client would send. */
export interface RawConnection {
  write(bytes: string | Buffer): void;
  /** Ends the connection as a program that crashes does. */
  hangUp(): void;
  /** Stops taking what comes. */
  pause(): void;
  /** What has come so far. */
  received(): string;
  /** Once the connection is closed, by whichever side: what has come. */
  readonly closed: Promise<string>;
}

export async function openConnection(url: string): Promise<RawConnection> {
  const { hostname, port } = new URL(url);
  const socket: Socket = connect(Number(port), hostname);
  let text = '';
  socket.on('data', (chunk) => {
    text += chunk.toString('latin1');
  });
  // A reset is one of the ways in which a server may end it.
  socket.on('error', () => {});
  const closed = new Promise<string>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`still open after a minute; received: ${text}`)), PATIENCE_MS);
    socket.once('close', () => {
      clearTimeout(timer);
      resolve(text);
    });
  });
  closed.catch(() => {});
  closeAfterAll(async () => void socket.destroy());
  await new Promise<void>((resolve) => socket.once('connect', resolve));
  return {
    write: (bytes) => void socket.write(bytes),
    hangUp: () => void socket.resetAndDestroy(),
    pause: () => void socket.pause(),
    received: () => text,
    closed,
  };
}

export interface RawAnswer {
  status: number;
  /** Names in lower case. */
  headers: Record<string, string>;
  body: string;
}

/** The first answer in what came over a connection; status 0 when none came. */
export function parseAnswer(text: string): RawAnswer {
  const [head = '', ...rest] = text.split('\r\n\r\n');
  const [statusLine = '', ...lines] = head.split('\r\n');
  const headers = lines.map((line) => [line.split(':', 1)[0]?.toLowerCase() ?? '', line.replace(/^[^:]*:\s*/, '')]);
  return {
    status: Number(/^HTTP\/1\.1 (\d{3}) /.exec(statusLine)?.[1] ?? 0),
    headers: Object.fromEntries(headers),
    body: rest.join('\r\n\r\n'),
  };
}

/** Sends exactly these bytes, waits until the server closes the connection, and gives what it answered. */
export async function sendRaw(url: string, ...pieces: (string | Buffer)[]): Promise<RawAnswer> {
  const connection = await openConnection(url);
  for (const piece of pieces) connection.write(piece);
  return parseAnswer(await connection.closed);
}

/** Waits until something holds; a test that waits in vain fails by its own time limit. */
export async function until(isTrue: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isTrue())) await new Promise((wake) => setTimeout(wake, 20));
}
