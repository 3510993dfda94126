import type { GatewayConfig } from './config/gateway-config.js';

/** What a person who has just started the gateway wants to know: addresses, which API it talks to, what to try first. */
export function startBanner(options: { url: string; config: GatewayConfig; sandboxUrl: string | null }): string {
  const { url, config, sandboxUrl } = options;
  const api =
    config.upstream.kind === 'api' ? config.upstream.baseUrl.href : `${sandboxUrl} (embedded sandbox with demo data)`;
  const lines = ['', 'OffBlocks GraphQL gateway', '', `  GraphQL   ${url}/graphql`];
  if (config.graphiql) lines.push(`  GraphiQL  ${url}/graphiql`);
  lines.push(`  REST API  ${api}`, '');
  if (config.auth.kind === 'development') {
    if (config.graphiql) {
      lines.push(
        'Try first: open GraphiQL and run the tabs from left to right. A development token is in place already.',
      );
    }
    lines.push(
      'Or from a shell:',
      '',
      `  TOKEN=$(curl -s -X POST ${url}/dev/token | sed 's/.*"token":"\\([^"]*\\)".*/\\1/')`,
      `  curl -s ${url}/graphql -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' \\`,
      `    -d '{"query":"{ accounts(first: 3) { totalCount nodes { id status cards { id status maskedPan } } } }"}'`,
      '',
      'Anybody who reaches this address can have a token: for development only.',
    );
  } else if (config.auth.kind === 'nobody') {
    lines.push('No issuer is set, so no access token is accepted: see AUTH_JWKS_URL.');
  } else {
    lines.push(`Access tokens of ${config.auth.issuer} are accepted.`);
  }
  return `${lines.join('\n')}\n`;
}
