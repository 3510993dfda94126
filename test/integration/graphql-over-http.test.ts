import { serverAudits } from 'graphql-http';
import { startGatewayProcess } from '../support/gateway-process.js';
import { startTokenIssuer, type TestTokenIssuer } from '../support/token-issuer.js';

type Fetch = typeof fetch;

/** A GET without a header that only a preflight allows is refused, as it might come from a page of somebody else (ADR 17). */
const REFUSED_AGAINST_FORGERY = ['5A70', '6A70', 'D6D5'];
/** These send a map of variables along with an introspecting document, which production refuses as a document. */
const SPOKEN_BY_INTROSPECTION = ['28B9', '2EA1'];

/** As a client that is no web page may do it on its own: with the header that keeps requests of foreign pages apart. */
const withPreflightHeader: Fetch = (url, init) => {
  const headers = new Headers(init?.headers);
  headers.set('apollo-require-preflight', '1');
  return fetch(url, { ...init, headers });
};

const INTROSPECTING = 'query Type($name: String!) { __type(name: $name) { name } }';
const PLAIN = 'query Type($name: String!) { cards(first: 1, after: $name) @skip(if: true) { totalCount } __typename }';

/** As `withPreflightHeader`, with a document that takes the same variables without introspection. */
const withoutIntrospection: Fetch = (url, init) => {
  const address = new URL(`${url}`);
  if (address.searchParams.get('query') === INTROSPECTING) address.searchParams.set('query', PLAIN);
  const body = typeof init?.body === 'string' ? init.body.replace(INTROSPECTING, PLAIN) : init?.body;
  return withPreflightHeader(address, { ...init, ...(body && { body }) });
};

/** What the gateway does not pass, as `ID name`, sorted. */
async function failuresOf(url: string, fetchFn: Fetch = fetch): Promise<string[]> {
  const audits = serverAudits({ url: `${url}/graphql`, fetchFn });
  expect(audits).toHaveLength(61);
  const results = [];
  for (const audit of audits) results.push(await audit.fn());
  return results
    .filter(({ status }) => status !== 'ok')
    .map(({ id, name }) => `${id} ${name}`)
    .sort();
}

const idsOf = (failures: readonly string[]) => failures.map((text) => text.slice(0, 4));

describe('GraphQL over HTTP, as npm graphql-http audits it, in the development profile', () => {
  let url: string;

  beforeAll(async () => {
    ({ url } = await startGatewayProcess({}));
  });

  it('is met but for three MAYs: plain GETs, which a foreign page could send', async () => {
    const failures = await failuresOf(url);
    expect(idsOf(failures)).toEqual(REFUSED_AGAINST_FORGERY);
    expect(failures.every((text) => / MAY /.test(text))).toBe(true);
  });

  it('is met altogether by a client that sends the preflight header', async () => {
    expect(await failuresOf(url, withPreflightHeader)).toEqual([]);
  });
});

describe('GraphQL over HTTP in the production profile', () => {
  let issuer: TestTokenIssuer;
  let url: string;

  beforeAll(async () => {
    issuer = await startTokenIssuer();
    ({ url } = await startGatewayProcess({ ...issuer.env, NODE_ENV: 'production' }));
  });

  it('is met altogether by a client that sends the preflight header and does not introspect', async () => {
    expect(await failuresOf(url, withoutIntrospection)).toEqual([]);
  });

  it('is met to the letter of the audits but for plain GETs, and for those that speak through introspection', async () => {
    expect(idsOf(await failuresOf(url))).toEqual([...REFUSED_AGAINST_FORGERY, ...SPOKEN_BY_INTROSPECTION].sort());
  });

  it('is met to the letter of the audits where introspection is switched on', async () => {
    const open = await startGatewayProcess({ ...issuer.env, NODE_ENV: 'production', INTROSPECTION: 'on' });
    expect(await failuresOf(open.url, withPreflightHeader)).toEqual([]);
    expect(idsOf(await failuresOf(open.url))).toEqual(REFUSED_AGAINST_FORGERY);
  });
});
