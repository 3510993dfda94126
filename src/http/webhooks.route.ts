import type { FastifyInstance } from 'fastify';
import { createSecretCheck } from '../events/webhooks/path-secret.js';
import type { WebhookReceiver } from '../events/webhooks/webhook-receiver.js';
import { SECRET_ADDRESS } from './server/allowed-methods.js';

/** No delivery that the documentation shows comes near. */
const BODY_LIMIT_BYTES = 64_000;

/**
 * `POST /webhooks/offblocks/:secret`. The secret is all that tells a delivery of the API from one of anybody else, so a wrong
 * one is answered like any address where nothing is, before anything of the request is read.
 */
export async function registerWebhookReceiver(
  app: FastifyInstance,
  options: { secret: string; receiver: WebhookReceiver },
): Promise<void> {
  const { receiver } = options;
  const isSecret = createSecretCheck(options.secret);
  // A scope of its own: the bytes as they came are needed, for their digest.
  await app.register(async (routes) => {
    routes.removeAllContentTypeParsers();
    routes.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
    // A wildcard, since a parameter has a longest length and a secret has none.
    routes.post<{ Params: { '*': string } }>(
      '/webhooks/offblocks/*',
      {
        bodyLimit: BODY_LIMIT_BYTES,
        config: SECRET_ADDRESS,
        async onRequest(request, reply) {
          // Waited for: what is not answered yet would have its body read.
          if (!isSecret(request.params['*'])) await reply.callNotFound();
        },
      },
      async (request, reply) => {
        const { status, retryAfterSeconds } = await receiver.receive({
          method: request.method,
          target: request.url,
          rawHeaders: request.raw.rawHeaders,
          body: Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0),
        });
        if (retryAfterSeconds !== undefined) void reply.header('retry-after', String(retryAfterSeconds));
        return reply.code(status).send();
      },
    );
  });
}
