import { createStringScalar } from './string-scalar.js';

const UTC_INSTANT =
  /^(?<year>\d{4})-(?<month>\d{2})-(?<day>\d{2})T(?<hour>\d{2}):(?<minute>\d{2}):(?<second>\d{2})(?:\.\d{1,9})?(?:Z|\+00:00)$/;

function daysInMonth(year: number, month: number): number {
  if (month === 2) return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28;
  return [4, 6, 9, 11].includes(month) ? 30 : 31;
}

/**
 * Whether the text is an instant in UTC of the real calendar (RFC 3339 sections 5.6 and 5.7): 0 to 9 fraction digits,
 * `Z` or `+00:00`, capital letters. A leap second is at home at 23:59:60 only. `-00:00` is refused: it says that the
 * local offset is unknown (RFC 3339 section 4.3).
 */
export function isUtcInstant(text: string): boolean {
  const parts = UTC_INSTANT.exec(text)?.groups;
  if (!parts) return false;
  const [year, month, day] = [Number(parts.year), Number(parts.month), Number(parts.day)];
  const [hour, minute, second] = [Number(parts.hour), Number(parts.minute), Number(parts.second)];
  if (month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month)) return false;
  if (hour > 23 || minute > 59) return false;
  return second <= 59 || (second === 60 && hour === 23 && minute === 59);
}

/** Kept as text from end to end: a JavaScript `Date` would cut the API's nanoseconds to milliseconds. */
export const DateTimeScalar = createStringScalar({
  name: 'DateTime',
  description:
    'Instant in UTC by RFC 3339, such as `2024-01-12T15:05:46.123456789Z`. Up to nine fraction digits are passed on as the ' +
    'API wrote them, never rounded or padded: read it with a parser that keeps what you need, and compare instants, not texts.',
  specifiedByURL: 'https://www.rfc-editor.org/rfc/rfc3339',
  expected:
    'an instant in UTC by RFC 3339, such as "2024-01-12T15:05:46Z", with at most nine fraction digits, as a string',
  maxLength: 64,
  accepts: isUtcInstant,
  emits: /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:\d{2})$/,
});
