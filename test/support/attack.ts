import * as op from '../operations/generated.js';
import type { TestGateway } from './gateway.js';
import type { GraphqlBody } from './graphql-client.js';

/** What a refusal may not hold: a stack, a path of a file, the name of a package or class of the inside. */
const INSIDE =
  /\bat [\w.<>]+ \(|node_modules|\.[jt]s:\d+|stacktrace|FST_|apollo|fastify|graphql-js|TypeError|SyntaxError:/i;

/** Fails the test unless the text tells nothing of the inside. */
export function expectNothingOfTheInside(text: string): void {
  // The header of Apollo's clients is part of the contract.
  expect(text.replaceAll(/apollo-require-preflight/gi, '')).not.toMatch(INSIDE);
}

/** A refusal in the shape that GraphQL clients know: one code of the closed list, and the ID of the request. */
export function expectRefusal(
  answer: { status: number; headers: Headers; text: string },
  status: number,
  code = 'BAD_REQUEST',
): void {
  expect([answer.status, answer.text.slice(0, 200)]).toEqual([status, expect.any(String)]);
  const { data, errors = [] } = JSON.parse(answer.text) as GraphqlBody<unknown>;
  expect([data, errors.length > 0]).toEqual([undefined, true]);
  for (const { extensions } of errors) {
    expect(extensions).toMatchObject({ code, retryable: false, requestId: answer.headers.get('x-request-id') });
  }
  expectNothingOfTheInside(answer.text);
}

/** What was read of a response of `fetch`. */
export async function read(response: Response): Promise<{ status: number; headers: Headers; text: string }> {
  return { status: response.status, headers: response.headers, text: await response.text() };
}

/** Fails the test unless the gateway still serves, and took nothing that happened for a mistake of its own. */
export async function expectUnharmed(gateway: TestGateway): Promise<void> {
  expect((await gateway.run(op.ViewerDocument, {})).viewer.subject).toBe('developer');
  expect(gateway.logs.filter((line) => /"level":"(error|fatal)"/.test(line))).toEqual([]);
}
