import type { Browser, BrowserContext, Page } from 'playwright-core';
import { parseEnv } from '../../src/config/parse-env.js';
import { type Launched, launch } from '../../src/launch.js';
import { createLogger } from '../../src/observability/logger.js';
import { describeWithChromium, launchChromium } from '../support/chromium.js';
import { openGraphiql, runTab } from './graphiql-page.js';
import { auditContext, type PageAudit } from './page-audit.js';

/** What the tabs answer, as far as the next tab needs it. */
interface Step {
  customer?: { id: string; status: string };
  account?: { id: string; status: string };
  card?: { id: string; status: string };
  challenge?: { value: string };
  userErrors: unknown[];
}

const WALLET = 'eip155:300:0x8ba1f109551bD432803012645Ac136ddd64DBA72';
const SIGNATURE = `0x${'5a'.repeat(65)}`;

describeWithChromium('the guide, walked in GraphiQL against the gateway and its embedded sandbox', () => {
  let browser: Browser;
  let launched: Launched;
  let context: BrowserContext;
  let audit: PageAudit;
  let page: Page;

  beforeAll(async () => {
    browser = await launchChromium();
    launched = await launch({ config: parseEnv({ PORT: '0' }), logger: createLogger({ level: 'silent' }) });
    context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
    audit = auditContext(context);
    page = await context.newPage();
    await openGraphiql(page, `${launched.gateway.url}/graphiql`);
  });

  afterAll(async () => {
    await context.close();
    await browser.close();
    await launched.close();
  });

  async function mutate(tab: string, field: string, input: object): Promise<Step> {
    const { data, errors } = await runTab(page, tab, { input });
    expect(errors).toBeUndefined();
    const step = (data as Record<string, Step>)[field] as Step;
    expect(step.userErrors).toEqual([]);
    return step;
  }

  it('leads from a new customer to a terminated card', async () => {
    const { data } = await runTab(page, 'Programme');
    expect(data).toHaveProperty('accounts.nodes.0.cards.0.status');

    const created = await mutate('CreateCustomer', 'createCustomer', {
      chainId: WALLET,
      externalId: 'walked-in-a-browser',
    });
    const customerId = created.customer?.id as string;
    const proof = { challenge: created.challenge?.value, signature: SIGNATURE };
    await mutate('SignCustomerChallenge', 'signCustomerChallenge', { customerId, ...proof });
    const verified = await mutate('VerifyCustomer', 'simulateCustomerVerification', { customerId });
    expect(verified.customer?.status).toBe('ACTIVE');

    const opened = await mutate('CreateAccount', 'createAccount', {
      customerId,
      type: 'CARD_ACCOUNT',
      currencies: ['EUR'],
    });
    const accountId = opened.account?.id as string;
    await mutate('SignAccountChallenge', 'signAccountChallenge', {
      accountId,
      ownerId: WALLET,
      challenge: opened.challenge?.value,
      signature: SIGNATURE,
    });
    const billingAddress = { firstLine: '12 Rue de la Paix', city: 'Paris', country: 'FR', postCode: '75002' };
    const ordered = await mutate('CreateCard', 'createCard', { accountId, type: 'VIRTUAL', billingAddress });
    expect(ordered.card?.status).toBe('ISSUING');
    const cardId = ordered.card?.id as string;
    await mutate('IssueCard', 'simulateCardIssue', { cardId });

    const shown = await runTab(page, 'AccountCards', { accountId });
    expect(shown.data).toMatchObject({ account: { cards: [{ id: cardId, status: 'ACTIVE' }] } });

    // For the picture in the README: GRAPHIQL_SCREENSHOT=docs/images/graphiql.png npx jest test/browser/guide
    if (process.env.GRAPHIQL_SCREENSHOT) await page.screenshot({ path: process.env.GRAPHIQL_SCREENSHOT });

    for (const [tab, field, status] of [
      ['DeactivateCard', 'deactivateCard', 'INACTIVE'],
      ['ActivateCard', 'activateCard', 'ACTIVE'],
      ['TerminateCard', 'terminateCard', 'TERMINATED'],
    ] as const) {
      expect((await mutate(tab, field, { cardId })).card?.status).toBe(status);
    }
    expect(audit.errors).toEqual([]);
    expect(audit.requestedUrls.filter((url) => !url.startsWith(launched.gateway.url))).toEqual([]);
    const stats = launched.sandbox?.stats();
    expect([stats?.refusedTokens, stats?.refusedSignatures.total]).toEqual([0, 0]);
  }, 90_000);
});
