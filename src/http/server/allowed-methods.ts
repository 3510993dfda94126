import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { errorBody } from '../failures.js';

interface KnownRoute {
  pattern: RegExp;
  methods: readonly string[];
}

/** For the `config` of a route whose address must not be found out: whoever does not know it is told of nothing there. */
export const SECRET_ADDRESS = {};

/** `/a/:b` and `/a/*` as patterns of a path; what Fastify's router knows beyond that is not in use here. */
function patternOf(url: string): RegExp {
  const source = url.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replace(/:[^/]+/g, '[^/]+');
  return new RegExp(`^${source.replaceAll('*', '.*')}$`);
}

/** The methods that a path knows (RFC 9110 section 10.2.1); empty for a path that nothing is at. */
export function methodsAt(routes: readonly KnownRoute[], path: string): string[] {
  const methods = new Set(routes.filter(({ pattern }) => pattern.test(path)).flatMap((route) => route.methods));
  return methods.size === 0 ? [] : [...methods.add('OPTIONS')].sort();
}

/**
 * Answers what no route is for: 404 where nothing is, 405 with `Allow` where other methods are, 204 with `Allow` to `OPTIONS`.
 * Knows the routes that are added after it, but for those whose addresses are secret. Returns what answers.
 */
export function registerUnknownTargets(
  app: FastifyInstance,
): (request: FastifyRequest, reply: FastifyReply) => FastifyReply {
  const routes: KnownRoute[] = [];
  app.addHook('onRoute', ({ url, method, config }) => {
    if (url !== '*' && config !== SECRET_ADDRESS) routes.push({ pattern: patternOf(url), methods: [method].flat() });
  });

  function answerUnknown(request: FastifyRequest, reply: FastifyReply): FastifyReply {
    const methods = methodsAt(routes, request.url.split('?', 1)[0] ?? '');
    const extensions = { code: 'BAD_REQUEST' as const, requestId: request.id };
    if (methods.length === 0) return reply.code(404).send(errorBody('There is nothing at this address.', extensions));
    void reply.header('allow', methods.join(', '));
    if (request.method === 'OPTIONS') return reply.code(204).send();
    return reply.code(405).send(errorBody(`This address takes ${methods.join(', ')}.`, extensions));
  }
  app.setNotFoundHandler(answerUnknown);
  return answerUnknown;
}
