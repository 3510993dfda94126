/** Where GraphQL is answered; what comes below it (`/graphql/stream`) is GraphQL too. */
export const GRAPHQL_PATH = '/graphql';

/** Whether a request target, query included, is GraphQL's: only there foreign origins may be allowed in. */
export function isGraphqlPath(target: string): boolean {
  return /^\/graphql(?:[/?]|$)/.test(target);
}
