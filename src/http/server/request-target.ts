import type { FastifyInstance } from 'fastify';
import { GatewayError } from '../../errors/gateway-error.js';

/** `http://host/path` as a request target, which servers have to take (RFC 9112 section 3.2.2), is treated as `/path`. */
export function originForm(target: string): string {
  const [, rest] = /^https?:\/\/[^/?#]*(.*)$/is.exec(target) ?? [];
  if (rest === undefined) return target;
  return rest.startsWith('/') ? rest : `/${rest}`;
}

/** Whether it is the host and port of a URI and nothing more (RFC 9110 section 7.2). */
export function isHost(host: string): boolean {
  return /^(?:[\w.~!$&'()*+,;=%-]+|\[[0-9a-f:.]+\])(?::\d*)?$/i.test(host) && URL.canParse(`http://${host}/`);
}

/**
 * Refuses a request whose `Host` is not one host (RFC 9112 section 3.2 asks for a 400): what is unclear about a request is what two
 * programs read differently. HTTP/1.0 may go without; Node itself refuses its absence in HTTP/1.1.
 */
export function registerHostCheck(app: FastifyInstance): void {
  app.addHook('onRequest', async ({ raw }) => {
    const hosts = raw.rawHeaders.filter((name, index) => index % 2 === 0 && name.toLowerCase() === 'host').length;
    const { host } = raw.headers;
    if (hosts <= 1 && (host === undefined || isHost(host))) return;
    throw new GatewayError('BAD_REQUEST', 'The Host of the request has to be one host name.', { httpStatus: 400 });
  });
}
