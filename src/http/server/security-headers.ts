import type { FastifyInstance, FastifyReply } from 'fastify';

/**
 * For answers that no browser should show, run, frame or guess the type of. GraphiQL sends a policy of its own. No
 * `Strict-Transport-Security`: browsers ignore it over plain HTTP (RFC 6797 section 8.1), which is what the gateway speaks; whoever
 * speaks TLS in front of it knows for which names it holds.
 */
export const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
};

/** Adds to what an answer varies by (RFC 9110 section 12.5.5), beside what others have added. */
export function varyBy(reply: FastifyReply, name: string): void {
  const names = reply.getHeader('vary');
  void reply.header('vary', names ? `${names}, ${name}` : name);
}

/** Sends them with every answer, and `Cache-Control: no-store` with each that does not say how long it may be kept. */
export function registerSecurityHeaders(app: FastifyInstance): void {
  app.addHook('onRequest', async (_request, reply) => {
    reply.headers(SECURITY_HEADERS);
  });
  app.addHook('onSend', async (_request, reply) => {
    if (!reply.hasHeader('cache-control')) void reply.header('cache-control', 'no-store');
  });
}
