import { parseAbsoluteUrl } from '../../schema/scalars/absolute-url.js';

/**
 * Whether a connection may be opened by the page that asks for it. Browsers name the page's origin and apply no CORS to
 * WebSockets; what is no browser names none. `host` is the `Host` header: a page of the gateway itself may always.
 * Source: RFC 6455 section 10.2.
 */
export function isOriginAllowed(options: {
  origin: string | undefined;
  host: string | undefined;
  allowed: readonly string[];
}): boolean {
  const { origin, host, allowed } = options;
  if (origin === undefined) return true;
  if (allowed.includes(origin)) return true;
  return host !== undefined && parseAbsoluteUrl(origin)?.host === host.toLowerCase();
}
