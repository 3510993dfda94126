/**
 * Everything comes from this origin, nothing is inline but styles: Monaco, the editor inside GraphiQL, writes its
 * themes and view rules into `<style>` elements while it runs and knows no nonce for them. `connect-src 'self'` covers
 * WebSockets of the same origin too (CSP Level 3, "Does url match expression in origin with redirect count?").
 */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "connect-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "worker-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** Sent with every answer below `/graphiql`; with the scripts too, since a worker runs under the policy of its own file. */
export const GRAPHIQL_HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy': CONTENT_SECURITY_POLICY,
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
};
