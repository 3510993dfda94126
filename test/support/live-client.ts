import { createClient as createSseClient } from 'graphql-sse';
import { type Client, createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { closeAfterAll } from './teardown.js';

/** What arrived on one subscription, with a way to wait for more. */
export interface LiveSubscription<T> {
  readonly received: {
    data?: T | null;
    errors?: readonly { message: string; extensions?: Record<string, unknown> }[];
  }[];
  /** Errors that ended it; a close event of the connection counts as one. */
  readonly ended: unknown[];
  isComplete(): boolean;
  /** Waits until so many have arrived; rejects when it ends before, or after a long time. */
  until(count: number): Promise<void>;
  unsubscribe(): void;
}

const LONG_MS = 30_000;

/** Waits for a condition that another process, timer or connection makes true. */
export async function eventually(condition: () => boolean | Promise<boolean>, what = 'a condition'): Promise<void> {
  const deadline = Date.now() + LONG_MS;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`${what} did not become true in ${LONG_MS} ms`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

export interface LiveClient {
  readonly client: Client;
  subscribe<T>(query: string, variables?: Record<string, unknown>): LiveSubscription<T>;
  close(): Promise<void>;
}

interface Sink<T> {
  next(value: T): void;
  error(error: unknown): void;
  complete(): void;
}

function collect<T>(start: (sink: Sink<LiveSubscription<T>['received'][number]>) => () => void): LiveSubscription<T> {
  const received: LiveSubscription<T>['received'] = [];
  const ended: unknown[] = [];
  let isComplete = false;
  const unsubscribe = start({
    next: (value) => received.push(value),
    error: (error) => ended.push(error),
    complete: () => {
      isComplete = true;
    },
  });
  return {
    received,
    ended,
    isComplete: () => isComplete,
    unsubscribe,
    until: (count) =>
      eventually(() => {
        if (received.length < count && ended.length > 0) throw ended[0];
        return received.length >= count;
      }, `${count} events`),
  };
}

/** A graphql-ws client; gives up at the first end of its connection unless told to try again. */
export function createLiveClient(options: {
  url: string;
  token: string | null | (() => string);
  retryAttempts?: number;
  onClosed?: (event: unknown) => void;
  onConnected?: () => void;
}): LiveClient {
  const { url, token, retryAttempts = 0, onClosed, onConnected } = options;
  const client = createClient({
    url: `${url.replace(/^http/, 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    connectionParams: () =>
      token === null ? {} : { authorization: `Bearer ${typeof token === 'string' ? token : token()}` },
    retryAttempts,
    on: { ...(onClosed && { closed: onClosed }), ...(onConnected && { connected: onConnected }) },
  });
  const close = async () => void (await client.dispose());
  closeAfterAll(close);
  return {
    client,
    close,
    subscribe: <T>(query: string, variables: Record<string, unknown> = {}) =>
      collect<T>((sink) => client.subscribe({ query, variables }, sink as Parameters<Client['subscribe']>[1])),
  };
}

/** A subscription over server-sent events. */
export function subscribeSse<T>(options: {
  url: string;
  token: string;
  query: string;
  variables?: Record<string, unknown>;
  retryAttempts?: number;
}): LiveSubscription<T> {
  const { url, token, query, variables = {}, retryAttempts = 0 } = options;
  const client = createSseClient({
    url: `${url}/graphql/stream`,
    headers: { authorization: `Bearer ${token}` },
    retryAttempts,
  });
  closeAfterAll(async () => client.dispose());
  return collect<T>((sink) => client.subscribe({ query, variables }, sink as Parameters<typeof client.subscribe>[1]));
}
