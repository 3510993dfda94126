import type { Browser, BrowserContext, Page } from 'playwright-core';
import { parseEnv } from '../../src/config/parse-env.js';
import { type Launched, launch } from '../../src/launch.js';
import { createLogger } from '../../src/observability/logger.js';
import { describeWithChromium, launchChromium } from '../support/chromium.js';
import { demoProgramme, firstOf } from '../support/demo-programme.js';
import { eventually } from '../support/live-client.js';
import { openGraphiql, readEditor, runTab, selectTab, writeEditor } from './graphiql-page.js';
import { auditContext, type PageAudit } from './page-audit.js';

const card = firstOf(demoProgramme().cards, ({ status }) => status === 'active');

describeWithChromium('GraphiQL subscribes, in one window, to what is done in another', () => {
  let browser: Browser;
  let launched: Launched;
  let context: BrowserContext;
  let audit: PageAudit;

  beforeAll(async () => {
    browser = await launchChromium();
    launched = await launch({ config: parseEnv({ PORT: '0' }), logger: createLogger({ level: 'silent' }) });
    context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
    audit = auditContext(context);
  });

  afterAll(async () => {
    await context.close();
    await browser.close();
    await launched.close();
  });

  async function open(): Promise<Page> {
    const page = await context.newPage();
    await openGraphiql(page, `${launched.gateway.url}/graphiql`);
    return page;
  }
  const subscribers = async () => {
    const values = (await launched.gateway.metrics.registry.getSingleMetric('gateway_live_subscribers')?.get())?.values;
    return (values ?? []).reduce((sum, { value }) => sum + value, 0);
  };
  const shows = (page: Page, status: string) =>
    eventually(
      async () => (await readEditor(page, 'response.json')).includes(`"status": "${status}"`),
      `the status ${status} in the answer`,
    );

  it('and shows a mutation, and what OffBlocks does by itself, without being asked again', async () => {
    const [watching, acting] = [await open(), await open()];
    await watching.bringToFront();
    await selectTab(watching, 'CardUpdates');
    await writeEditor(watching, 'variables.json', JSON.stringify({ cardId: card.id }));
    await watching.getByRole('button', { name: /^Execute query/ }).click();
    await eventually(async () => (await subscribers()) === 1, 'a subscriber');

    await acting.bringToFront();
    const { data, errors } = await runTab(acting, 'DeactivateCard', { input: { cardId: card.id } });
    expect({ data, errors }).toMatchObject({ data: { deactivateCard: { card: { status: 'INACTIVE' } } } });
    await shows(watching, 'INACTIVE');
    await runTab(acting, 'ActivateCard', { input: { cardId: card.id } });
    await shows(watching, 'ACTIVE');
    const response = await fetch(`${launched.sandbox?.adminUrl}/cards/${card.id}/suspend`, { method: 'POST' });
    expect(response.ok).toBe(true);
    await shows(watching, 'SUSPENDED');

    await watching.bringToFront();
    await watching.getByRole('button', { name: /^Stop/ }).click();
    await eventually(async () => (await subscribers()) === 0, 'nobody who subscribes');
    expect(audit.errors).toEqual([]);
  }, 120_000);
});
