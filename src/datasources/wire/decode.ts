/** Told about enum values of the API that this version does not know. */
export type UnknownValueListener = (enumName: string, value: string) => void;

/** An answer that lacks what its type promises. Names the entity and the property, never a value. */
export class WireFormatError extends Error {
  constructor(entity: string, property: string, expectation: string) {
    super(`${entity}.${property} is not ${expectation}`);
    this.name = 'WireFormatError';
  }
}

/** Typed access to one upstream JSON object. What nobody asks for by name does not get through. */
export interface WireReader {
  text(property: string): string;
  textOrNull(property: string): string | null;
  /** An ID, in lower case as everywhere in the gateway: cache keys, tags and owners are compared with it. */
  id(property: string): string;
  idOrNull(property: string): string | null;
  /** A text of this form, e.g. `INSTANT`. */
  textLike(property: string, form: TextForm): string;
  decimalOrNull(property: string): string | null;
  /** A known value, or `UNKNOWN` (reported to the listener). The API writes lower case; letter case is ignored. */
  enumOf<T extends string>(property: string, enumType: EnumType<T>): T;
  enumOrNull<T extends string>(property: string, enumType: EnumType<T>): T | null;
  object(property: string): WireReader;
  objectOrNull(property: string): WireReader | null;
  /** Empty when absent. */
  list(property: string): readonly unknown[];
}

/** What a text has to look like, with the words for it. */
export interface TextForm {
  pattern: RegExp;
  name: string;
}

/** As `DateTime` of the schema: RFC 3339 in UTC with up to nine fraction digits. */
export const INSTANT: TextForm = {
  pattern: /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?(Z|\+00:00)$/,
  name: 'an RFC 3339 instant in UTC',
};
/** ISO 3166-1 alpha-2. */
export const COUNTRY_CODE: TextForm = { pattern: /^[A-Z]{2}$/, name: 'a country code' };
/** ISO 4217. */
export const CURRENCY_CODE: TextForm = { pattern: /^[A-Z]{3}$/, name: 'a currency code' };

/** A TypeScript string enum with an `UNKNOWN` member, and the name it is reported under. */
export interface EnumType<T extends string> {
  name: string;
  values: Readonly<Record<string, T>> & { UNKNOWN: T };
}

const DECIMAL = /^-?\d+(\.\d+)?$/;

export function decodeEnum<T extends string>(
  value: string,
  { name, values }: EnumType<T>,
  onUnknown: UnknownValueListener,
): T {
  const candidate = value.toUpperCase().replace(/[.-]/g, '_');
  if (Object.hasOwn(values, candidate)) return values[candidate] as T;
  onUnknown(name, value);
  return values.UNKNOWN;
}

/** Throws `WireFormatError` when `wire` is not a JSON object. */
export function readWire(entity: string, wire: unknown, onUnknown: UnknownValueListener): WireReader {
  if (typeof wire !== 'object' || wire === null || Array.isArray(wire))
    throw new WireFormatError(entity, '*', 'an object');
  const record = wire as Readonly<Record<string, unknown>>;
  const ownValue = (property: string): unknown => (Object.hasOwn(record, property) ? record[property] : undefined);

  const textOrNull = (property: string): string | null => {
    const value = ownValue(property);
    return typeof value === 'string' && value !== '' ? value : null;
  };
  const text = (property: string): string => {
    const value = ownValue(property);
    if (typeof value !== 'string') throw new WireFormatError(entity, property, 'a string');
    return value;
  };
  const enumOrNull = <T extends string>(property: string, enumType: EnumType<T>): T | null => {
    const value = textOrNull(property);
    return value === null ? null : decodeEnum(value, enumType, onUnknown);
  };
  const objectOrNull = (property: string): WireReader | null => {
    const value = ownValue(property);
    return typeof value === 'object' && value !== null ? readWire(`${entity}.${property}`, value, onUnknown) : null;
  };

  return {
    text,
    textOrNull,
    id: (property) => text(property).toLowerCase(),
    idOrNull: (property) => textOrNull(property)?.toLowerCase() ?? null,
    textLike(property, { pattern, name }) {
      const value = text(property);
      if (!pattern.test(value)) throw new WireFormatError(entity, property, name);
      return value;
    },
    decimalOrNull(property) {
      const value = ownValue(property);
      // The API writes decimals as strings; a JSON number is taken as it prints, for want of its digits.
      const digits = typeof value === 'number' ? String(value) : value;
      return typeof digits === 'string' && DECIMAL.test(digits) ? digits : null;
    },
    enumOf(property, enumType) {
      return decodeEnum(text(property), enumType, onUnknown);
    },
    enumOrNull,
    object(property) {
      const reader = objectOrNull(property);
      if (!reader) throw new WireFormatError(entity, property, 'an object');
      return reader;
    },
    objectOrNull,
    list(property) {
      const value = ownValue(property);
      return Array.isArray(value) ? value : [];
    },
  };
}

/** Decodes a bare JSON array, the form of every list of the API. Throws `WireFormatError` when it is not one. */
export function decodeList<T>(entity: string, wire: unknown, decodeItem: (item: unknown) => T): T[] {
  if (!Array.isArray(wire)) throw new WireFormatError(`list of ${entity}`, '*', 'an array');
  return wire.map(decodeItem);
}
