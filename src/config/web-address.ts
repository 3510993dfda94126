import { parseAbsoluteUrl } from '../schema/scalars/absolute-url.js';

/** Returns an http or https URL, or null. */
export function parseHttpUrl(text: string): URL | null {
  return /^https?:\/\/\S+$/i.test(text) ? parseAbsoluteUrl(text) : null;
}

/** Whether what is sent there is encrypted, or never leaves this host: localhost, 127.0.0.0/8, ::1. */
export function isSecureOrLoopback(url: URL): boolean {
  return url.protocol === 'https:' || isLoopbackHost(url.hostname);
}

/** `hostname` as the URL parser writes it: IPv4 in four decimal parts, IPv6 in brackets. */
function isLoopbackHost(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(hostname);
}
