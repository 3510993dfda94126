import { type DocumentNode, Lexer, parse, Source, TokenKind } from 'graphql';
import type { OperationLimits } from '../../config/gateway-config.js';
import { assertWithin } from './limit-error.js';

const OPENING: ReadonlySet<TokenKind> = new Set([TokenKind.BRACE_L, TokenKind.PAREN_L, TokenKind.BRACKET_L]);
const CLOSING: ReadonlySet<TokenKind> = new Set([TokenKind.BRACE_R, TokenKind.PAREN_R, TokenKind.BRACKET_R]);

/** Throws `DOCUMENT_TOO_LARGE` for a text of too many bytes; looks at nothing else of it. */
export function assertSize(text: string, limits: OperationLimits): void {
  // A character has at least one byte: what is far too long is not even measured.
  assertWithin(limits, 'documentBytes', text.length);
  assertWithin(limits, 'documentBytes', Buffer.byteLength(text));
}

/**
 * Goes through the tokens without building anything. The parser works by recursion: without a bound on brackets within each
 * other a text of some kilobytes exhausts its stack, and that would be no syntax error.
 */
function assertTokens(source: Source, limits: OperationLimits): void {
  const lexer = new Lexer(source);
  let tokens = 0;
  let nesting = 0;
  for (let { kind } = lexer.advance(); kind !== TokenKind.EOF; { kind } = lexer.advance()) {
    tokens += 1;
    assertWithin(limits, 'tokens', tokens);
    if (OPENING.has(kind)) assertWithin(limits, 'nesting', ++nesting);
    else if (CLOSING.has(kind)) nesting -= 1;
  }
}

/**
 * Parses a document, bounded in size, tokens, brackets and definitions.
 * @throws {GatewayError} `DOCUMENT_TOO_LARGE`
 * @throws {GraphQLError} a syntax error, as graphql-js words it, without a code
 */
export function parseWithinLimits(text: string, limits: OperationLimits): DocumentNode {
  assertSize(text, limits);
  const source = new Source(text, 'GraphQL request');
  assertTokens(source, limits);
  const document = parse(source);
  assertWithin(limits, 'definitions', document.definitions.length);
  return document;
}
