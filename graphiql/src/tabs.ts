/** One operation of the guide. */
export interface Example {
  readonly query: string;
  /** JSON text, or empty. */
  readonly variables: string;
  /** Whether it calls a `simulate…` mutation, which only a gateway in front of a sandbox has. */
  readonly simulator: boolean;
}

/** A tab as GraphiQL keeps it, in the parts that matter here. Headers are JSON text; null where none were stored. */
export interface StoredTab {
  readonly query: string | null;
  readonly variables: string | null;
  readonly headers: string | null;
}

export interface StoredTabs<Tab extends StoredTab = StoredTab> {
  readonly activeTabIndex: number;
  readonly tabs: readonly Tab[];
}

/** Stands in the Authorization header of tabs that held a development token, once the gateway issues none. */
export const TOKEN_PLACEHOLDER = 'PASTE-ACCESS-TOKEN';

/** Header text for a new tab. */
export function headersWithToken(token: string): string {
  return JSON.stringify({ Authorization: `Bearer ${token}` }, null, 2);
}

/** Decodes what GraphiQL stored; undefined when there is nothing, or nothing usable. */
export function parseStoredTabs(text: string | null): StoredTabs | undefined {
  if (text === null) return undefined;
  try {
    const stored = JSON.parse(text) as Partial<StoredTabs> | null;
    const tabs = stored?.tabs;
    if (!Array.isArray(tabs) || tabs.length === 0) return undefined;
    if (!tabs.every((tab) => typeof tab === 'object' && tab !== null)) return undefined;
    const lastIndex = tabs.length - 1;
    const activeTabIndex = Math.min(Math.max(Number(stored?.activeTabIndex) || 0, 0), lastIndex);
    return { ...stored, tabs, activeTabIndex };
  } catch {
    return undefined;
  }
}

/**
 * Puts the current token wherever an earlier one of ours stands, and our headers where a tab has none. The replacement
 * is one of text, so comments and layout survive, and a header that a person typed is never touched.
 */
export function refreshTokens<Stored extends StoredTabs>(options: {
  stored: Stored;
  /** Tokens that this page put into tabs before. */
  ours: readonly string[];
  /** Undefined when the gateway issues none. */
  token: string | undefined;
}): Stored {
  const { stored, ours, token } = options;
  const refresh = (headers: string | null): string | null => {
    if (headers === null) return token === undefined ? null : headersWithToken(token);
    return [...ours, TOKEN_PLACEHOLDER].reduce(
      (text, earlier) => text.replaceAll(`Bearer ${earlier}`, `Bearer ${token ?? TOKEN_PLACEHOLDER}`),
      headers,
    );
  };
  return { ...stored, tabs: stored.tabs.map((tab) => ({ ...tab, headers: refresh(tab.headers) })) };
}

/** Tabs for a first visit: the guide, without the steps that this gateway cannot take. */
export function tabsOfGuide(options: {
  examples: readonly Example[];
  development: boolean;
  headers: string | undefined;
}): Array<{ query: string; variables: string; headers: string | null }> {
  const { examples, development, headers } = options;
  return examples
    .filter((example) => development || !example.simulator)
    .map(({ query, variables }) => ({ query, variables, headers: headers ?? null }));
}

/** The headers of a tab as an object; undefined for comments, half-typed text and anything else that is not JSON. */
export function parseHeaders(text: string | null): Record<string, string> | undefined {
  try {
    const headers: unknown = JSON.parse(text ?? '');
    return typeof headers === 'object' && headers !== null ? (headers as Record<string, string>) : undefined;
  } catch {
    return undefined;
  }
}
