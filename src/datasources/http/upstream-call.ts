import type { Deadline } from '../deadline.js';

/** Makes the headers that prove who sends which bytes (`src/auth/outbound`). */
export interface RequestSigner {
  sign(request: {
    method: string;
    url: URL;
    headers: Readonly<Record<string, string>>;
    body?: Uint8Array;
  }): Promise<Record<string, string>>;
}

/** Bearer tokens of the API (`src/auth/outbound`). */
export interface ApiTokenSource {
  get(): Promise<string>;
  renew(rejected: string): Promise<string>;
}

export interface UpstreamCall {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Template below the base URL, e.g. `/cards/{cardId}/activate`. */
  route: string;
  /** Values for the template's braces; percent-encoded here, so that no ID can leave its segment. */
  params?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  body?: unknown;
  /** Needed with every method but GET. */
  idempotencyKey?: string;
  /** Takes the elements of a JSON array in groups, as they arrive; called anew for each try. What it returns is the `body`. */
  readItems?: (groups: AsyncIterable<unknown[]>) => Promise<unknown>;
  /** Of those who wait for it. Absent: the client's own `deadlineMs`, from when the call begins. */
  deadline?: Deadline | undefined;
}

/** One HTTP request that left for the API. */
export interface SentRequest {
  method: string;
  path: string;
  /** Null without an answer. */
  status: number | null;
  durationMs: number;
  /** Of the body of the answer. */
  bytes: number;
}

export interface UpstreamResponse {
  status: number;
  /** Parsed JSON; undefined when there was no body, or (after a change) none that can be read. */
  body: unknown;
  bytes: number;
}

/** Sends signed requests to the API. Resolves with any 2xx answer; otherwise throws `UpstreamFailure`. */
export interface UpstreamClient {
  /** `observe` hears of every request that leaves, repetitions included. */
  call(call: UpstreamCall, observe?: (sent: SentRequest) => void): Promise<UpstreamResponse>;
}
