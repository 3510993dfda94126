import { examples } from './examples.js';
import { headersWithToken, parseStoredTabs, refreshTokens, type StoredTab, tabsOfGuide } from './tabs.js';

/** GraphiQL's own key: its storage prefixes `tabState`. */
const TABS_KEY = 'graphiql:tabState';
const OUR_TOKENS_KEY = 'offblocks:development-tokens';
/** Several browser windows hold tokens at once; older ones than these have long expired. */
const MAX_REMEMBERED_TOKENS = 20;

export interface PreparedTabs {
  /** For a first visit. */
  readonly defaultTabs: ReturnType<typeof tabsOfGuide>;
  /** Headers of a tab that is opened later. */
  readonly defaultHeaders: string | undefined;
  /** What the editors show first. */
  readonly active: StoredTab;
}

function readOurTokens(): string[] {
  try {
    const tokens: unknown = JSON.parse(localStorage.getItem(OUR_TOKENS_KEY) ?? '[]');
    return Array.isArray(tokens) ? tokens.filter((token) => typeof token === 'string' && token !== '') : [];
  } catch {
    return [];
  }
}

/** Refreshes the stored tabs in place, before GraphiQL reads them. */
export function prepareTabs(options: { development: boolean; token: string | undefined }): PreparedTabs {
  const { development, token } = options;
  const ours = readOurTokens();
  if (token !== undefined) {
    localStorage.setItem(OUR_TOKENS_KEY, JSON.stringify([...ours, token].slice(-MAX_REMEMBERED_TOKENS)));
  }
  const defaultHeaders = token === undefined ? undefined : headersWithToken(token);
  const defaultTabs = tabsOfGuide({ examples, development, headers: defaultHeaders });
  const stored = parseStoredTabs(localStorage.getItem(TABS_KEY));
  if (stored === undefined) {
    const [first = { query: '', variables: '', headers: defaultHeaders ?? null }] = defaultTabs;
    return { defaultTabs, defaultHeaders, active: first };
  }
  const refreshed = refreshTokens({ stored, ours, token });
  localStorage.setItem(TABS_KEY, JSON.stringify(refreshed));
  const active = refreshed.tabs[refreshed.activeTabIndex] ?? { query: '', variables: '', headers: null };
  return { defaultTabs, defaultHeaders, active };
}
