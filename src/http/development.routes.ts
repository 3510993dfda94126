import type { FastifyInstance } from 'fastify';
import type { DevelopmentIssuer } from '../auth/inbound/development-issuer.js';
import { parseDevelopmentTokenRequest } from '../auth/inbound/development-token-request.js';
import { badUserInput, GatewayError } from '../errors/gateway-error.js';

/** Any media type, and no body at all, whatever the headers say of it: this is a tool to be used by hand. */
function parseBody(text: string): unknown {
  try {
    return text.trim() === '' ? {} : JSON.parse(text);
  } catch {
    throw badUserInput('The body has to be JSON, or empty.', []);
  }
}

/** `POST /dev/token` and `/dev/jwks`, with the built-in issuer only: whoever asks gets a token. */
export async function registerDevelopmentRoutes(app: FastifyInstance, issuer: DevelopmentIssuer): Promise<void> {
  // A scope of its own, so that the other routes keep their parsers.
  await app.register(async (routes) => {
    routes.removeAllContentTypeParsers();
    routes.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body));

    routes.get('/dev/jwks', (_request, reply) => reply.header('cache-control', 'no-store').send(issuer.jwks));

    routes.post('/dev/token', async (request, reply) => {
      void reply.header('cache-control', 'no-store');
      try {
        const body = parseBody(typeof request.body === 'string' ? request.body : '');
        return { token: await issuer.issueToken(parseDevelopmentTokenRequest(body)) };
      } catch (error) {
        if (!(error instanceof GatewayError)) throw error;
        const { message, extensions } = error;
        return reply.code(400).send({ errors: [{ message, extensions: { ...extensions, requestId: request.id } }] });
      }
    });
  });
}
