/** What one client may cost in connections, time and memory before anything is known about it. docs/reference/http.md. */
export interface HttpLimits {
  /** Body of a request, as sent and as inflated. */
  bodyBytes: number;
  /** Request line and headers. Twice Node's own, so that an access token that is too long is told so by a 401. */
  headerBytes: number;
  /** How many of them. */
  headers: number;
  /** From the first byte of a request to the end of its headers. */
  headersTimeoutMs: number;
  /** From the first byte of a request to its last. */
  requestTimeoutMs: number;
  /** How often those two are looked at: they end that much later at the most. */
  timeoutCheckMs: number;
  /** Without a byte in either direction, while a request runs too: a client that does not read its answer. */
  idleTimeoutMs: number;
  /** Between two requests. Longer than the minute of usual load balancers, so that they close first. */
  keepAliveTimeoutMs: number;
  /** At the same time; more are closed as they come. */
  connections: number;
}

export const HTTP_LIMITS: Readonly<HttpLimits> = {
  bodyBytes: 100_000,
  headerBytes: 32_768,
  headers: 100,
  headersTimeoutMs: 10_000,
  requestTimeoutMs: 20_000,
  timeoutCheckMs: 2_000,
  idleTimeoutMs: 120_000,
  keepAliveTimeoutMs: 72_000,
  connections: 10_000,
};
