import { Readable } from 'node:stream';
import { JsonArrayError } from '../../../src/datasources/http/json-array-error.js';
import { JsonArrayStream } from '../../../src/datasources/http/json-array-stream.js';
import type { UpstreamCall, UpstreamClient } from '../../../src/datasources/http/upstream-client.js';
import { UpstreamFailure } from '../../../src/datasources/http/upstream-failure.js';

/** An API that answers GETs from a table of paths and keeps which were asked for. Unknown paths are 404. */
export interface CountingApi {
  client: UpstreamClient;
  /** Paths in the order in which they were asked for. */
  asked: string[];
  /** Bodies by path; a function is called, an `Error` thrown. */
  answers: Map<string, unknown>;
}

/** Hands a body to a reader of items as the real client does: as bytes, with what they are not told as a failure. */
export async function streamed(
  body: unknown,
  route: string,
  readItems: NonNullable<UpstreamCall['readItems']>,
): Promise<unknown> {
  const bytes = Readable.from([Buffer.from(JSON.stringify(body) ?? '')]);
  try {
    return await readItems(new JsonArrayStream(bytes));
  } catch (cause) {
    if (cause instanceof JsonArrayError) throw new UpstreamFailure({ kind: 'invalid', route, cause });
    throw cause;
  }
}

export function createCountingApi(answers: Readonly<Record<string, unknown>> = {}): CountingApi {
  const asked: string[] = [];
  const table = new Map(Object.entries(answers));
  const client: UpstreamClient = {
    async call({ route, params, readItems }: UpstreamCall) {
      const path = route.replace(/\{(\w+)\}/g, (_, name: string) => params?.[name] ?? '');
      asked.push(path);
      if (!table.has(path)) throw new UpstreamFailure({ kind: 'status', route, status: 404 });
      const answer = table.get(path);
      const body = typeof answer === 'function' ? await answer() : answer;
      if (body instanceof Error) throw body;
      return { status: 200, body: readItems ? await streamed(body, route, readItems) : body, bytes: 1 };
    },
  };
  return { client, asked, answers: table };
}
