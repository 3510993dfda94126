import type { IncomingMessage } from 'node:http';
import type { FastifyInstance } from 'fastify';
import { GatewayError } from '../../errors/gateway-error.js';
import { parseAbsoluteUrl } from '../../schema/scalars/absolute-url.js';

/** `http://host/path` as a request target, which servers have to take (RFC 9112 section 3.2.2), is treated as `/path`. */
export function originForm(target: string): string {
  const [, rest] = /^https?:\/\/[^/?#]*(.*)$/is.exec(target) ?? [];
  if (rest === undefined) return target;
  return rest.startsWith('/') ? rest : `/${rest}`;
}

/** Whether it is the host and port of a URI and nothing more (RFC 9110 section 7.2). */
export function isHost(host: string): boolean {
  return /^(?:[\w.~%-]+|\[[0-9a-f:.]+\])(?::\d*)?$/i.test(host) && parseAbsoluteUrl(`http://${host}/`) !== null;
}

const HTTP_1_0_HOST = 'unnamed.invalid';

/** What is wrong with the frame of a message that Node has let pass; null when nothing is. */
export function ambiguityOf(message: Pick<IncomingMessage, 'httpVersion' | 'rawHeaders' | 'headers'>): string | null {
  const { httpVersion, rawHeaders, headers } = message;
  const hosts = rawHeaders.filter((name, index) => index % 2 === 0 && name.toLowerCase() === 'host').length;
  if (hosts > 1 || (headers.host !== undefined && !isHost(headers.host))) {
    return 'The Host of the request has to be one host name.';
  }
  const coding = headers['transfer-encoding'];
  if (coding === undefined) return null;
  if (httpVersion === '1.0') return 'HTTP/1.0 knows no Transfer-Encoding.';
  return coding.trim().toLowerCase() === 'chunked' ? null : 'The Transfer-Encoding of the request has to be chunked.';
}

/**
 * Refuses with 400 (floods of headers with 431), and closes the connection, what two programs in a row could read differently: several or odd hosts (RFC 9112
 * section 3.2), transfer codings of HTTP/1.0 or other than `chunked` (section 6.1). Node refuses the rest of that kind by itself.
 */
export function registerMessageCheck(app: FastifyInstance, maxHeaders: number): void {
  app.addHook('onRequest', async ({ raw }, reply) => {
    const ambiguity = ambiguityOf(raw);
    const isFlood = raw.rawHeaders.length > 2 * maxHeaders;
    if (ambiguity !== null || isFlood) {
      void reply.header('connection', 'close');
      const message = ambiguity ?? `The request has more than ${maxHeaders} headers.`;
      throw new GatewayError('BAD_REQUEST', message, { httpStatus: isFlood ? 431 : 400 });
    }
    // HTTP/1.0 may go without one, but addresses are put together with it further on.
    raw.headers.host ??= HTTP_1_0_HOST;
  });
}
