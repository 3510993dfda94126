import { SigningKeyError } from './signing-key-error.js';

/** One encapsulated text of RFC 7468. */
export interface PemBlock {
  /** E.g. `PRIVATE KEY`. */
  readonly label: string;
  /** The block from its BEGIN to its END line. */
  readonly pem: string;
  /** The explanatory text between the block before, or the start, and this one (RFC 7468 section 5.2). */
  readonly preamble: string;
}

const blockPattern = /-----BEGIN ([A-Z0-9 ]+)-----[\s\S]*?-----END \1-----/g;

/**
 * Finds the PEM blocks of a text. Environment variables often carry line breaks as the two characters `\n`, and quotes
 * that a shell would have removed: both are read as what was meant, since neither can occur in a PEM block.
 * @throws {SigningKeyError} `KEY_NOT_PEM` without a block, or with one that has no end (a file half written)
 */
export function readPemBlocks(text: string): readonly PemBlock[] {
  const plain = text
    .replaceAll(/\\r\\n|\\n|\r\n/g, '\n')
    .trim()
    .replace(/^(["'])([\s\S]*)\1$/, '$2');
  const blocks: PemBlock[] = [];
  let end = 0;
  for (const match of plain.matchAll(blockPattern)) {
    blocks.push({ label: match[1] ?? '', pem: match[0], preamble: plain.slice(end, match.index) });
    end = match.index + match[0].length;
  }
  if (blocks.length === 0) throw new SigningKeyError('KEY_NOT_PEM', 'The signing key is not a PEM text');
  if (blocks.length !== plain.split('-----BEGIN ').length - 1) {
    throw new SigningKeyError('KEY_NOT_PEM', 'The PEM text of the signing key is cut off or damaged');
  }
  return blocks;
}
