import type { BrowserContext } from 'playwright-core';

export interface PageAudit {
  /** Errors of the console and uncaught exceptions; Content-Security-Policy violations are among them. */
  readonly errors: string[];
  /** Every URL that was asked for, by pages and their workers. */
  readonly requestedUrls: string[];
}

/** Records what the pages of a context ask for and complain about. Call it before the first page is opened. */
export function auditContext(context: BrowserContext): PageAudit {
  const audit: PageAudit = { errors: [], requestedUrls: [] };
  context.on('request', (request) => audit.requestedUrls.push(request.url()));
  context.on('console', (message) => {
    const isComplaint = message.type() === 'error' || message.text().includes('Content Security Policy');
    if (isComplaint) audit.errors.push(`${message.text()} (${message.location().url})`);
  });
  context.on('weberror', (webError) => audit.errors.push(String(webError.error())));
  context.on('requestfailed', (request) => {
    audit.errors.push(`${request.url()}: ${request.failure()?.errorText}`);
  });
  return audit;
}
