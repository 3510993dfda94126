import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { print } from 'graphql';
import type { TokenRequest } from './token-issuer.js';

export interface GraphqlErrorBody {
  message: string;
  path?: (string | number)[];
  locations?: unknown;
  extensions?: { code?: string; field?: string[]; retryable?: boolean; requestId?: string };
}

export interface GraphqlBody<TData> {
  data?: TData | null;
  errors?: GraphqlErrorBody[];
}

export interface GraphqlAnswer<TData = unknown> {
  status: number;
  headers: Headers;
  body: GraphqlBody<TData>;
  /** The body as it came. */
  text: string;
}

/** Who asks. Without anything: staff with every scope. */
export interface Caller extends TokenRequest {
  /** A token of the test's own; null: none at all. */
  token?: string | null;
  headers?: Record<string, string>;
}

/** A document with one mutation, whatever its name. */
export type MutationDocument<TPayload, TInput> = TypedDocumentNode<Record<string, TPayload>, { input: TInput }>;

/** Sends operations over HTTP, as any client would. */
export interface GraphqlClient {
  execute<TData, TVariables>(
    document: TypedDocumentNode<TData, TVariables>,
    variables: TVariables,
    caller?: Caller,
  ): Promise<GraphqlAnswer<TData>>;
  /** As `execute`, for what must succeed: fails the test unless the answer is 200 without errors, and gives its data. */
  run<TData, TVariables>(
    document: TypedDocumentNode<TData, TVariables>,
    variables: TVariables,
    caller?: Caller,
  ): Promise<TData>;
  /** As `run`, for a document with one mutation: gives its payload, business errors included. */
  mutate<TPayload, TInput>(
    document: MutationDocument<TPayload, TInput>,
    input: TInput,
    caller?: Caller,
  ): Promise<TPayload>;
  /** Any body, for what no typed document can say. */
  post(body: unknown, caller?: Caller): Promise<GraphqlAnswer>;
  token(request?: TokenRequest): Promise<string>;
}

export function createGraphqlClient(options: {
  url: string;
  issueToken(request: TokenRequest): Promise<string>;
}): GraphqlClient {
  const { url, issueToken } = options;
  const tokens = new Map<string, Promise<string>>();

  function token({ customerId, scopes }: TokenRequest = {}): Promise<string> {
    const request = { ...(customerId !== undefined && { customerId }), ...(scopes && { scopes }) };
    const name = JSON.stringify(request);
    const issued = tokens.get(name) ?? issueToken(request);
    tokens.set(name, issued);
    return issued;
  }

  async function post(body: unknown, caller: Caller = {}): Promise<GraphqlAnswer> {
    const bearer = caller.token === undefined ? await token(caller) : caller.token;
    const response = await fetch(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(bearer !== null && { authorization: `Bearer ${bearer}` }),
        ...caller.headers,
      },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: JSON.parse(text), text };
  }

  async function execute<TData, TVariables>(
    document: TypedDocumentNode<TData, TVariables>,
    variables: TVariables,
    caller: Caller = {},
  ): Promise<GraphqlAnswer<TData>> {
    return (await post({ query: print(document), variables }, caller)) as GraphqlAnswer<TData>;
  }

  async function run<TData, TVariables>(
    document: TypedDocumentNode<TData, TVariables>,
    variables: TVariables,
    caller?: Caller,
  ): Promise<TData> {
    const { status, body } = await execute(document, variables, caller);
    expect({ status, errors: body.errors }).toEqual({ status: 200, errors: undefined });
    return body.data as TData;
  }

  return {
    execute,
    post,
    token,
    run,
    async mutate(document, input, caller) {
      const [payload] = Object.values(await run(document, { input }, caller));
      if (payload === undefined) throw new Error('the document has no mutation');
      return payload;
    },
  };
}
