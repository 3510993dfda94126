import type { Browser, BrowserContext, Page } from 'playwright-core';
import { describeWithChromium, launchChromium } from '../support/chromium.js';
import {
  activeTabName,
  openGraphiql,
  readDocs,
  readEditor,
  reloadGraphiql,
  runTab,
  selectTab,
  tabNames,
  waitForStored,
  writeEditor,
} from './graphiql-page.js';
import { auditContext, type PageAudit } from './page-audit.js';
import { type StandInGateway, startStandInGateway } from './stand-in-gateway.js';

describeWithChromium('the GraphiQL page in Chromium', () => {
  let browser: Browser;
  let gateway: StandInGateway;
  let context: BrowserContext;
  let audit: PageAudit;
  let page: Page;

  beforeAll(async () => {
    browser = await launchChromium();
  });

  afterAll(() => browser.close());

  beforeEach(async () => {
    gateway = await startStandInGateway({ development: true });
    context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
    audit = auditContext(context);
    page = await context.newPage();
    await openGraphiql(page, `${gateway.url}/graphiql`);
  });

  afterEach(async () => {
    await context.close();
    await gateway.app.close();
  });

  it('runs a query and shows its result, with a development token already in place', async () => {
    const { data, errors } = await runTab(page, 'Programme');
    expect(errors).toBeUndefined();
    expect(data).toMatchObject({ accounts: { nodes: [{ cards: [{ status: 'ACTIVE' }] }] } });
    expect(await readEditor(page, 'request-headers.json')).toContain(`Bearer ${gateway.tokens[0]}`);
  });

  it('runs a mutation of another tab with variables that a person put there', async () => {
    const input = { chainId: 'eip155:300:0x1111111111111111111111111111111111111111', externalId: 'from-the-page' };
    const { data } = await runTab(page, 'CreateCustomer', { input });
    expect(data).toMatchObject({ createCustomer: { customer: { externalId: 'from-the-page' }, userErrors: [] } });
  });

  it('asks no other host for anything and works under its Content-Security-Policy without a complaint', async () => {
    await runTab(page, 'Programme');
    await readDocs(page, 'Query', 'accounts');
    // Fonts, suggestions, hovers and formatting each load files of their own.
    await page.getByRole('button', { name: /^Prettify query/ }).click();
    await page.locator('.graphiql-query-editor .monaco-editor .view-line').first().click();
    await page.keyboard.press('Control+Space');
    await page.locator('.suggest-widget.visible').first().waitFor();
    await page.waitForLoadState('networkidle');

    const elsewhere = audit.requestedUrls.filter((url) => !url.startsWith(`${gateway.url}/`));
    expect(elsewhere).toEqual([]);
    expect(audit.errors).toEqual([]);
    const workers = page.workers().map((worker) => new URL(worker.url()).pathname.replace(/-[\w-]{8}\.js$/, ''));
    expect(workers.sort()).toEqual([
      '/graphiql/assets/editor.worker',
      '/graphiql/assets/graphql.worker',
      '/graphiql/assets/json.worker',
    ]);
  });

  it('is watched closely: a request to another host is stopped and noted', async () => {
    const attempt = page.evaluate(() => fetch('https://telemetry.example/collect'));
    await expect(attempt).rejects.toThrow('Failed to fetch');
    expect(audit.errors.join()).toMatch(/telemetry\.example.*Content Security Policy/);
  });

  it("shows the schema's descriptions", async () => {
    expect(await readDocs(page, 'Query', 'customerChallenge')).toContain('The message that the customer');
  });

  it('opens the guide, one step a tab', async () => {
    const names = await tabNames(page);
    expect(names).toHaveLength(13);
    expect([names[0], names.at(-1)]).toEqual(['Programme', 'CardUpdates']);
  });

  it('remembers tabs, variables and headers when it is reloaded', async () => {
    await selectTab(page, 'AccountCards');
    await writeEditor(page, 'variables.json', '{"accountId": "remember-me"}');
    await writeEditor(page, 'request-headers.json', '{"Authorization": "Bearer typed", "X-Mine": "1"}');
    await waitForStored(page, 'graphiql:tabState', 'remember-me');
    await waitForStored(page, 'graphiql:tabState', 'X-Mine');
    const names = await tabNames(page);

    await reloadGraphiql(page);

    expect(await tabNames(page)).toEqual(names);
    expect(await activeTabName(page)).toBe('AccountCards');
    expect(await readEditor(page, 'operation.graphql')).toContain('query AccountCards');
    expect(await readEditor(page, 'variables.json')).toBe('{"accountId": "remember-me"}');
    expect(await readEditor(page, 'request-headers.json')).toBe('{"Authorization": "Bearer typed", "X-Mine": "1"}');
  });

  it('puts a fresh development token in place of one that no longer counts', async () => {
    await waitForStored(page, 'graphiql:tabState', String(gateway.tokens[0]));
    gateway.tokens.length = 0;
    const refused = await runTab(page, 'Programme');
    expect(refused.errors?.[0]?.extensions?.code).toBe('UNAUTHENTICATED');

    await reloadGraphiql(page);

    expect(await tabNames(page)).toHaveLength(13);
    expect((await runTab(page, 'Programme')).errors).toBeUndefined();
    expect((await runTab(page, 'CreateCustomer')).errors).toBeUndefined();
  });

  it('has a title, a language and a name for what stands on it', async () => {
    expect(await page.title()).toBe('OffBlocks GraphQL gateway · GraphiQL');
    expect(await page.locator('html').getAttribute('lang')).toBe('en');
    await page.getByRole('main', { name: 'GraphiQL' }).waitFor();
    const icon = await page.locator('link[rel="icon"]').getAttribute('href');
    const response = await context.request.get(`${gateway.url}${icon}`);
    expect(response.headers()['content-type']).toMatch(/^image\/svg\+xml/);
  });
});

describeWithChromium('the GraphiQL page of a gateway without a development issuer', () => {
  let browser: Browser;
  let gateway: StandInGateway;

  beforeAll(async () => {
    browser = await launchChromium();
    gateway = await startStandInGateway({ development: false });
  });

  afterAll(async () => {
    await browser.close();
    await gateway.app.close();
  });

  it('asks for no token and leaves out the steps that need a simulator', async () => {
    const context = await browser.newContext();
    const audit = auditContext(context);
    const page = await context.newPage();
    await openGraphiql(page, `${gateway.url}/graphiql`);
    expect(await tabNames(page)).toHaveLength(11);
    expect(await readEditor(page, 'request-headers.json')).toBe('');
    expect(audit.requestedUrls.filter((url) => url.includes('/dev/'))).toEqual([]);
  });
});
