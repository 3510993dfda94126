import type { IncomingHttpHeaders } from 'node:http';
import { GatewayError } from '../errors/gateway-error.js';
import { isUtf8, negotiateAnswerType } from './media-type.js';

/** Headers that no form and no image can send: with one of them a browser asks first (a CORS preflight). */
export const PREFLIGHT_HEADERS = ['apollo-require-preflight', 'x-apollo-operation-name'] as const;

/** Media types that a web page may send anywhere without asking first (Fetch, "CORS-safelisted request-header"). */
const SIMPLE_TYPES = ['application/x-www-form-urlencoded', 'multipart/form-data', 'text/plain'];

function badRequest(message: string, options: { status?: number; field?: string } = {}): GatewayError {
  const { status = 400, field } = options;
  return new GatewayError('BAD_REQUEST', message, { httpStatus: status, ...(field && { field: [field] }) });
}

const isEmpty = (headers: IncomingHttpHeaders) =>
  headers['transfer-encoding'] === undefined && (headers['content-length'] ?? '0') === '0';

const isRecord = (value: unknown): boolean => typeof value === 'object' && value !== null && !Array.isArray(value);

const mediaTypeOf = (headers: IncomingHttpHeaders) => headers['content-type']?.split(';', 1)[0]?.trim().toLowerCase();

/** What a foreign page could have sent is refused, whatever is in it (ADR 17). */
function assertAsked(headers: IncomingHttpHeaders): void {
  const type = mediaTypeOf(headers);
  if (type && !SIMPLE_TYPES.includes(type)) return;
  if (PREFLIGHT_HEADERS.some((name) => headers[name])) return;
  throw badRequest(
    'A web page could have sent this request unasked. Send it with Content-Type: application/json, or with the header Apollo-Require-Preflight: 1.',
  );
}

/**
 * Refuses by its head what is no GraphQL request (GraphQL over HTTP, "Request"), before the body is read and anything is run:
 * forgeable ones (400), other media types and charsets (415), and clients that take neither kind of answer (406).
 */
export function checkRequestHead({ method, headers }: { method: string; headers: IncomingHttpHeaders }): void {
  const type = mediaTypeOf(headers);
  if (method === 'POST' && type !== 'application/json' && (type || !isEmpty(headers))) {
    throw badRequest('The body of the request has to be application/json.', { status: 415 });
  }
  assertAsked(headers);
  if (type && type !== 'application/json') {
    throw badRequest('A GET has no body; its Content-Type, if any, is application/json.', { status: 415 });
  }
  if (!isUtf8(headers['content-type'])) throw badRequest('The request has to be UTF-8.', { status: 415 });
  if (negotiateAnswerType(headers.accept) === null) {
    throw badRequest('Answers are application/graphql-response+json or application/json; Accept allows neither.', {
      status: 406,
    });
  }
}

/** Refuses a JSON body of another shape than "Request Parameters" of GraphQL over HTTP asks for; 400. */
export function checkRequestBody(body: unknown): void {
  if (Array.isArray(body)) throw badRequest('Send one operation in each request: lists of operations are not taken.');
  if (!isRecord(body)) throw badRequest('The body of the request has to be a JSON object.');
  const { query, operationName, variables, extensions } = body as Record<string, unknown>;
  for (const [name, value] of Object.entries({ query, operationName })) {
    if (value === undefined || value === null || typeof value === 'string') continue;
    throw badRequest(`"${name}" has to be a string.`, { field: name });
  }
  for (const [name, value] of Object.entries({ variables, extensions })) {
    if (value === undefined || value === null || isRecord(value)) continue;
    throw badRequest(`"${name}" has to be an object.`, { field: name });
  }
}

/** The same for the query string of a GET; `variables` and `extensions` are JSON in it. */
export function checkRequestSearch(search: string): void {
  const parameters = new URLSearchParams(search);
  for (const name of ['query', 'operationName', 'variables', 'extensions']) {
    const values = parameters.getAll(name);
    if (values.length > 1) throw badRequest(`"${name}" may be given once.`, { field: name });
    const [text] = values;
    if (text === undefined || name === 'query' || name === 'operationName') continue;
    if (!isRecord(parseJson(text))) throw badRequest(`"${name}" has to be a JSON object.`, { field: name });
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
