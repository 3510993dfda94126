import { type Client, createClient } from 'graphql-ws';
import { WebSocket } from 'ws';

export interface CardEvent {
  id: string;
  status: string;
  /** On the clock of `performance.now()`. */
  at: number;
}

interface Data {
  cardUpdated: { id: string; status: string };
}

const QUERY = 'subscription ($cardId: ID) { cardUpdated(cardId: $cardId) { id status } }';

/** One connection with one subscription. Resolves when the gateway has accepted the connection and been sent the subscription. */
export async function subscribe(options: {
  url: string;
  token: string;
  cardId?: string;
  onEvent: (event: CardEvent) => void;
}): Promise<Client> {
  const { url, token, cardId, onEvent } = options;
  let isConnected: () => void = () => {};
  const connected = new Promise<void>((resolve) => {
    isConnected = resolve;
  });
  const client = createClient({
    url: `${url.replace(/^http/, 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    connectionParams: { authorization: `Bearer ${token}` },
    on: { connected: () => isConnected() },
  });
  client.subscribe<Data>(
    { query: QUERY, variables: { cardId } },
    {
      next: ({ data }) => data && onEvent({ ...data.cardUpdated, at: performance.now() }),
      error: (error) => process.stderr.write(`a subscription ended: ${JSON.stringify(error)}\n`),
      complete: () => {},
    },
  );
  await connected;
  return client;
}

/** A connection that subscribes to everything and then reads no more. */
export async function subscribeAndStopReading(options: { url: string; token: string }): Promise<WebSocket> {
  const socket = new WebSocket(`${options.url.replace(/^http/, 'ws')}/graphql`, 'graphql-transport-ws');
  const once = (event: string) => new Promise((resolve) => socket.once(event, resolve));
  socket.on('error', () => {});
  await once('open');
  socket.send(JSON.stringify({ type: 'connection_init', payload: { authorization: `Bearer ${options.token}` } }));
  await once('message');
  socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: { query: QUERY } }));
  socket.pause();
  return socket;
}
