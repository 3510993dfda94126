import '@graphiql/react/style.css';
import '@graphiql/plugin-doc-explorer/style.css';
import '@graphiql/plugin-history/style.css';
import 'graphiql/graphiql.css';
import 'graphiql-fonts/fonts.css';
import './page.css';
import './workers.js';
import { createRoot } from 'react-dom/client';
import { Page } from './page.js';
import { fetchDevelopmentToken, fetchPageConfig } from './page-config.js';
import { prepareTabs } from './prepare-tabs.js';

const root = createRoot(document.getElementById('page') as HTMLElement);

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

async function start(): Promise<void> {
  const { development, endpoint } = await fetchPageConfig();
  let token: string | undefined;
  let notice: string | undefined;
  try {
    if (development) token = await fetchDevelopmentToken();
  } catch (error) {
    notice = describe(error);
  }
  const tabs = prepareTabs({ development, token });
  root.render(<Page endpoint={endpoint} tabs={tabs} notice={notice} />);
}

start().catch((error: unknown) => {
  root.render(<p role="alert">{describe(error)} Reload the page to try again.</p>);
});
