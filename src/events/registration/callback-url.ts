import { parseAbsoluteUrl } from '../../schema/scalars/absolute-url.js';

/** Where the gateway takes deliveries; the secret is the segment after it. */
export const RECEIVER_PATH = '/webhooks/offblocks';

/** A public URL that cannot be one of the receiver. The message says what would be right and holds nothing of the secret. */
export class CallbackUrlError extends Error {
  override readonly name = 'CallbackUrlError';
}

/**
 * The address that OffBlocks has to deliver to: the public URL of the gateway (a proxy may add a prefix to its path), the
 * path of the receiver, and the secret; each of these two is appended unless it is there already.
 * @throws {CallbackUrlError} for a query or fragment, and for an address that ends in another secret
 */
export function callbackUrlOf({ publicUrl, secret }: { publicUrl: URL; secret: string }): URL {
  if (publicUrl.search || publicUrl.hash)
    throw new CallbackUrlError('the URL has to be one without query and fragment');
  const path = publicUrl.pathname.replace(/\/+$/, '');
  const end = path.lastIndexOf(RECEIVER_PATH);
  const rest = end === -1 ? null : path.slice(end + RECEIVER_PATH.length);
  const url = new URL(publicUrl);
  if (rest === '') url.pathname = `${path}/${secret}`;
  else if (rest === `/${secret}`) url.pathname = path;
  else if (rest !== null && /^\/[^/]+$/.test(rest)) {
    throw new CallbackUrlError(`what follows ${RECEIVER_PATH}/ in the URL is not WEBHOOK_SECRET: leave it out`);
  } else url.pathname = `${path}${RECEIVER_PATH}/${secret}`;
  return url;
}

/**
 * An address of deliveries as it may be shown: without what may be its secret, that is the last segment of its path, any
 * query, and credentials.
 */
export function redactCallbackUrl(text: string): string {
  const url = parseAbsoluteUrl(text);
  if (!url) return '(not a URL)';
  const { protocol, host, pathname, search } = url;
  return `${protocol}//${host}${pathname.replace(/[^/]+\/*$/, '…')}${search ? '?…' : ''}`;
}

/** Whether two addresses are the same to a client that follows them. */
export function isSameUrl(one: string, other: string): boolean {
  return hrefOf(one) === hrefOf(other);
}

/** Whether two addresses differ in the last segment of the path alone, as those of one receiver with two secrets do. */
export function isSameReceiver(one: string, other: string): boolean {
  const parentOf = (text: string) => hrefOf(text).replace(/[^/]*$/, '');
  return parentOf(one) === parentOf(other) && parentOf(one).endsWith(`${RECEIVER_PATH}/`);
}

function hrefOf(text: string): string {
  return parseAbsoluteUrl(text)?.href ?? text;
}
