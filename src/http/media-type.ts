/** The two media types of answers (GraphQL over HTTP, "Media Types"). The first is what a client gets that states no wish. */
export const ANSWER_TYPES = ['application/json', 'application/graphql-response+json'] as const;
export type AnswerType = (typeof ANSWER_TYPES)[number];

interface Range {
  type: string;
  /** From 0 (never) to 1. */
  quality: number;
  /** Place in the header. */
  index: number;
}

function parseAccept(accept: string): Range[] {
  return accept.split(',').map((item, index) => {
    const [type = '', ...parameters] = item.split(';').map((part) => part.trim().toLowerCase());
    const weight = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2);
    const quality = weight === undefined ? 1 : Number(weight);
    return { type, quality: quality >= 0 && quality <= 1 ? quality : 0, index };
  });
}

/** 0 where the range does not cover the type; the closer it names it, the more. */
function closeness(range: string, type: AnswerType): number {
  return [`*/*`, 'application/*', type].indexOf(range) + 1;
}

/**
 * What to answer in, by the `Accept` header (RFC 9110 section 12.5.1: of the ranges that cover a type the closest one counts);
 * null where the client takes neither, which is a 406. Equal wishes: the type that is named closer, then the one named first.
 */
export function negotiateAnswerType(accept: string | undefined): AnswerType | null {
  if (accept === undefined || accept.trim() === '') return ANSWER_TYPES[0];
  const ranges = parseAccept(accept);
  const wishes = ANSWER_TYPES.flatMap((type) => {
    const [range] = ranges
      .filter((candidate) => closeness(candidate.type, type) > 0)
      .sort((a, b) => closeness(b.type, type) - closeness(a.type, type) || a.index - b.index);
    return range && range.quality > 0 ? [{ ...range, type, near: closeness(range.type, type) }] : [];
  });
  wishes.sort((a, b) => b.quality - a.quality || b.near - a.near || a.index - b.index);
  return wishes[0]?.type ?? null;
}

/** Whether a body is said to be UTF-8: JSON that travels between systems is nothing else (RFC 8259 section 8.1). */
export function isUtf8(contentType: string | undefined): boolean {
  const charset = /;\s*charset\s*=\s*"?([^";\s]*)/i.exec(contentType ?? '')?.[1];
  return charset === undefined || /^utf-?8$/i.test(charset);
}
