import { GraphQLError, GraphQLScalarType, Kind, type ValueNode } from 'graphql';

export interface StringScalarOptions {
  /** GraphQL name, e.g. `UUID`. */
  name: string;
  description: string;
  specifiedByURL?: string;
  /** What a client has to write; completes the sentence "Expected …". It is sent to clients. */
  expected: string;
  /** Longest text accepted from a client, in UTF-16 code units. Checked first, so that `accepts` meets bounded text only. */
  maxLength: number;
  /** Whether the text, which is no longer than `maxLength`, is exactly what the description promises. */
  accepts: (text: string) => boolean;
  /** Turns an accepted text into the one form that the gateway works with. Default: as the client wrote it. */
  normalise?: (text: string) => string;
  /** Whether a text of the API may leave. Looser than `accepts`: the API has the last word about its own values. */
  emits: RegExp;
}

/**
 * Makes a scalar that travels as a JSON string in both directions. Numbers, booleans, lists and objects are refused,
 * never converted: `1.10` as a float has lost its zero before anybody could look at it.
 *
 * `parseValue` and `parseLiteral` throw a `GraphQLError` whose message names what is expected and never repeats what
 * was given, which may be a secret in the wrong place. (A `GraphQLError` is what keeps graphql-js from putting the
 * literal into a message of its own.) `serialize` passes text on verbatim and throws a plain `Error` for all else.
 */
export function createStringScalar(options: StringScalarOptions): GraphQLScalarType<string, string> {
  const { name, description, specifiedByURL, expected, maxLength, accepts, normalise, emits } = options;

  function parse(value: unknown, node?: ValueNode): string {
    if (typeof value !== 'string' || value.length > maxLength || !accepts(value)) {
      throw new GraphQLError(`Expected ${expected}.`, { nodes: node });
    }
    return normalise ? normalise(value) : value;
  }

  return new GraphQLScalarType<string, string>({
    name,
    description,
    specifiedByURL,
    parseValue: (value) => parse(value),
    parseLiteral: (node) => parse(node.kind === Kind.STRING ? node.value : undefined, node),
    serialize(value) {
      if (typeof value !== 'string' || !emits.test(value)) throw new Error(`A value cannot be shown as ${name}.`);
      return value;
    },
  });
}
