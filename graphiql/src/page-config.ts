/** What the gateway tells its page: `GET /graphiql/config.json`. */
export interface PageConfig {
  /** Whether a development issuer hands out access tokens at `POST /dev/token`. */
  readonly development: boolean;
  /** Path of the GraphQL endpoint on this origin. */
  readonly endpoint: string;
}

/** Throws an `Error` for people when the gateway does not answer as expected. */
export async function fetchPageConfig(): Promise<PageConfig> {
  const response = await fetch(`${import.meta.env.BASE_URL}config.json`);
  if (!response.ok)
    throw new Error(`The gateway answered ${response.status} when asked for the settings of this page.`);
  const { development, endpoint } = (await response.json()) as Partial<PageConfig>;
  return { development: development === true, endpoint: endpoint ?? '/graphql' };
}

/** A fresh development token with every scope. Throws an `Error` for people. */
export async function fetchDevelopmentToken(): Promise<string> {
  const response = await fetch('/dev/token', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{}',
  });
  const body = response.ok ? ((await response.json()) as { token?: unknown }) : {};
  if (typeof body.token !== 'string') {
    throw new Error(`The development issuer gave no token (status ${response.status}).`);
  }
  return body.token;
}
