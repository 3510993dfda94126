/** The words that every error body of the sandbox holds, so that a test can prove that none of it leaves a gateway. */
export const UPSTREAM_PROSE_MARKER = 'UPSTREAM-PROSE';

const TYPE_BY_STATUS: Readonly<Record<number, string>> = {
  400: 'BadRequest',
  401: 'Unauthorised',
  404: 'NotFound',
  405: 'MethodNotAllowed',
  409: 'Conflict',
  413: 'PayloadTooLarge',
  422: 'UnprocessableEntity',
  500: 'InternalServerError',
};

/**
 * A refusal that becomes an HTTP answer with `status` and a JSON body.
 * Statuses: https://docs.offblocks.xyz/developer-guides/api-integration/api-reference/customers and its sister pages.
 */
export class ApiError extends Error {
  readonly status: number;

  constructor(status: number, detail: string) {
    super(detail);
    this.name = 'ApiError';
    this.status = status;
  }
}

/** 400: the request cannot be carried out as it stands, in its form or in the state of what it is about. */
export function badRequest(detail: string): ApiError {
  return new ApiError(400, detail);
}

/** 404: nothing has that ID. */
export function notFound(noun: string): ApiError {
  return new ApiError(404, `no such ${noun}`);
}

/**
 * JSON text of an error. The documentation shows no error body; this one is internal prose on purpose (with
 * `UPSTREAM_PROSE_MARKER` and something like a stack), because that is what a gateway must be able to withstand.
 */
export function errorBody({ status, detail }: { status: number; detail: string }): string {
  return JSON.stringify({
    type: TYPE_BY_STATUS[status] ?? 'Error',
    detail: `${UPSTREAM_PROSE_MARKER}: ${detail}\n    at programme.apply (/srv/offblocks/internal/handlers.go:${100 + status})`,
  });
}
