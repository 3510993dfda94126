import { parseAbsoluteUrl } from '../schema/scalars/absolute-url.js';
import { Secret } from './secret.js';
import { isSecureOrLoopback, parseHttpUrl } from './web-address.js';

/** Turns a variable's text into its value, or throws `ValueProblem`. */
export type ValueParser<T> = (text: string) => T;

/** What would be right, as the end of the sentence "NAME must be …". Never holds the text itself: it may be a secret. */
export class ValueProblem extends Error {}

export function integer(range: { min: number; max: number }): ValueParser<number> {
  const { min, max } = range;
  return (text) => {
    const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
    if (!(value >= min && value <= max)) throw new ValueProblem(`a whole number from ${min} to ${max}`);
    return value;
  };
}

export function oneOf<const Name extends string>(...names: Name[]): ValueParser<Name> {
  return (text) => {
    const name = names.find((candidate) => candidate === text.toLowerCase());
    if (name === undefined) throw new ValueProblem(`one of: ${names.join(', ')}`);
    return name;
  };
}

export function onOff(text: string): boolean {
  if (text.toLowerCase() === 'on') return true;
  if (text.toLowerCase() === 'off') return false;
  throw new ValueProblem('on or off');
}

export function rateLimit(text: string): number | 'off' {
  if (text.toLowerCase() === 'off') return 'off';
  try {
    return integer({ min: 1, max: 1_000_000_000 })(text);
  } catch {
    throw new ValueProblem('a whole number from 1 to 1000000000, or off');
  }
}

export function plainText(text: string): string {
  if (!/^[\x20-\x7e]+$/.test(text)) throw new ValueProblem('printable ASCII characters only');
  return text;
}

/** A claim name that can stand in a `WWW-Authenticate` description (RFC 6750 section 3). */
export function claimName(text: string): string {
  if (!/^[\x21\x23-\x5b\x5d-\x7e]+$/.test(text)) {
    throw new ValueProblem('the name of a claim, without blanks, double quotes or backslashes');
  }
  return text;
}

export function host(text: string): string {
  if (!/^[a-z0-9._-]+$|^[0-9a-f:.]+(%[a-z0-9._-]+)?$/i.test(text)) {
    throw new ValueProblem('a host name or IP address to listen on, without scheme, port or brackets');
  }
  return text;
}

export function filePath(text: string): string {
  if (text.includes('-----BEGIN')) throw new ValueProblem('the path of a file, not its content');
  return text;
}

/** A slash tells a path from a slip of the pen, such as `on`. */
export function auditTarget(text: string): 'stdout' | 'stderr' | 'off' | { file: string } {
  if (text.includes('/')) return { file: filePath(text) };
  try {
    return oneOf('stdout', 'stderr', 'off')(text);
  } catch {
    throw new ValueProblem('one of: stdout, stderr, off; or the path of a file, with a slash in it');
  }
}

/** RFC 9700 section 2.6 and common sense: what travels to another host travels encrypted. */
export function serviceUrl(text: string): URL {
  const url = parseHttpUrl(text);
  if (!url || !isSecureOrLoopback(url)) throw new ValueProblem('an https URL, or an http URL on a loopback host');
  if (url.username || url.password) throw new ValueProblem('a URL without a user name or password');
  if (text.includes('#')) throw new ValueProblem('a URL without a fragment');
  return url;
}

/** As `serviceUrl`, a prefix that paths are appended to: no query, no slash at its end (but the one of an empty path). */
export function baseUrl(text: string): URL {
  const url = serviceUrl(text);
  if (text.includes('?')) throw new ValueProblem('a URL without a query');
  url.pathname = url.pathname.replace(/\/+$/, '');
  return url;
}

/** As `serviceUrl`, of a gateway seen from outside: no query, and not the secret of its receiver. */
export function publicUrl(text: string): URL {
  const url = baseUrl(text);
  if (/\/webhooks\/offblocks\/.+/.test(url.pathname))
    throw new ValueProblem('a URL without the secret of WEBHOOK_SECRET');
  return url;
}

export function origins(text: string): readonly string[] {
  return items(text, /,/).map((item, index) => {
    const url = parseHttpUrl(item);
    if (!url || url.href !== `${url.origin}/` || /[?#]/.test(item)) {
      throw new ValueProblem(
        `a comma-separated list of origins such as https://app.example.com, without path or wildcard (see item ${index + 1})`,
      );
    }
    return url.origin;
  });
}

/** Names separated by commas or blanks, each once; `isName` decides on the lower-case name. */
export function nameList(options: { what: string; isName: (name: string) => boolean }): ValueParser<readonly string[]> {
  return (text) => {
    const names = items(text, /[,\s]/).map((name) => name.toLowerCase());
    const isWrong = (name: string, index: number) => !options.isName(name) || names.indexOf(name) !== index;
    const wrong = names.length === 0 ? 0 : names.findIndex(isWrong);
    if (wrong !== -1) throw new ValueProblem(`a list of ${options.what}, each once (see item ${wrong + 1})`);
    return names;
  };
}

export function secretText(text: string): Secret {
  return new Secret(text);
}

export function redisUrl(text: string): Secret {
  const url = parseAbsoluteUrl(text);
  if (!url || !['redis:', 'rediss:'].includes(url.protocol) || url.hostname === '') {
    throw new ValueProblem('a URL such as redis://host:6379 or rediss://user:password@host:6380/0');
  }
  return new Secret(text);
}

/** The last part of a path, so the unreserved characters of RFC 3986 section 2.3. */
export function pathSecret(text: string): Secret {
  if (!/^[A-Za-z0-9._~-]{16,}$/.test(text)) {
    throw new ValueProblem('at least 16 characters out of letters, digits and . _ ~ -');
  }
  return new Secret(text);
}

/** PEM in a variable; `\n` written as two characters (usual where a line break cannot be had) is a line break. */
export function privateKeyPem(text: string): Secret {
  const [pem] =
    /-----BEGIN (EC )?PRIVATE KEY-----\s[^-]+-----END (EC )?PRIVATE KEY-----/.exec(text.replace(/\\n/g, '\n')) ?? [];
  if (pem === undefined) throw new ValueProblem('a private key in PEM, neither encrypted nor a public key');
  return new Secret(`${pem}\n`);
}

/** As `privateKeyPem`, for the public half: SubjectPublicKeyInfo. */
export function publicKeyPem(text: string): string {
  const [pem] = /-----BEGIN PUBLIC KEY-----\s[^-]+-----END PUBLIC KEY-----/.exec(text.replace(/\\n/g, '\n')) ?? [];
  if (pem === undefined) throw new ValueProblem('a public key in PEM (SubjectPublicKeyInfo)');
  return `${pem}\n`;
}

function items(text: string, separator: RegExp): string[] {
  return text
    .split(separator)
    .map((item) => item.trim())
    .filter((item) => item !== '');
}
