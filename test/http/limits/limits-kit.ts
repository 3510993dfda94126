import { type GraphQLError, getOperationAST, parse } from 'graphql';
import type { OperationLimits } from '../../../src/config/gateway-config.js';
import { parseEnv } from '../../../src/config/parse-env.js';
import { GatewayError } from '../../../src/errors/gateway-error.js';
import { assertShapes } from '../../../src/http/limits/document-shape.js';
import { parseWithinLimits } from '../../../src/http/limits/document-text.js';
import { operationCost } from '../../../src/http/limits/operation-cost.js';
import type { Variables } from '../../../src/http/limits/page-size.js';
import { buildGatewaySchema } from '../../../src/resolvers/build-schema.js';

/** Those of a gateway that nobody has configured. */
export const DEFAULT_LIMITS: OperationLimits = parseEnv({}).limits;

export const schema = buildGatewaySchema({ simulator: true });

/** What is said of a document; null when it is within the limits. */
export function refusalOf(text: string, limits: Partial<OperationLimits> = {}): Record<string, unknown> | null {
  const all = { ...DEFAULT_LIMITS, ...limits };
  try {
    assertShapes(parseWithinLimits(text, all), all);
    return null;
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    const { code, limit, allowed, found } = error.extensions;
    return { code, limit, allowed, found };
  }
}

export function costOf(text: string, variables: Variables = {}, operationName?: string): number {
  const document = parse(text);
  const operation = getOperationAST(document, operationName);
  if (!operation) throw new Error('the document has no such operation');
  return operationCost({ schema, document, operation, variables });
}

/** Fragments on a type, each spreading the next one so many times: `factor` to the power of `count` fields in a few lines. */
export function chainOfFragments({ count, factor, last }: { count: number; factor: number; last: string }): string {
  const fragments = Array.from({ length: count }, (_, index) => {
    const below =
      index === count - 1
        ? last
        : Array(factor)
            .fill(`...F${index + 1}`)
            .join(' ');
    return `fragment F${index} on Query { ${below} }`;
  });
  return `{ ...F0 } ${fragments.join('\n')}`;
}

/** `account { cards { account { … id } } }` below a card, so many fields deep in all. */
export function nestedFields(depth: number): string {
  let selection = 'id';
  for (let level = depth - 1; level > 1; level -= 1) selection = `${level % 2 ? 'cards' : 'account'} { ${selection} }`;
  return `{ card(id: "x") { ${selection} } }`;
}

export const codeOf = (error: GraphQLError | undefined) => error?.extensions.code;
