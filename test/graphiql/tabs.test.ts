import {
  headersWithToken,
  parseHeaders,
  parseStoredTabs,
  refreshTokens,
  TOKEN_PLACEHOLDER,
  tabsOfGuide,
} from '../../graphiql/src/tabs.js';

function aTab(headers: string | null) {
  return { query: '{ viewer { subject } }', variables: '', headers };
}

function refreshHeaders(headers: string | null, token: string | undefined, ours: string[] = ['old-1', 'old-2']) {
  return refreshTokens({ stored: { activeTabIndex: 0, tabs: [aTab(headers)] }, ours, token }).tabs[0]?.headers;
}

describe('refreshTokens', () => {
  it.each(['old-1', 'old-2', TOKEN_PLACEHOLDER])('replaces %s, which the page put there, with the new token', (old) => {
    expect(refreshHeaders(headersWithToken(old), 'new')).toBe(headersWithToken('new'));
  });

  it('leaves a header that a person typed as it is', () => {
    expect(refreshHeaders(headersWithToken('typed'), 'new')).toBe(headersWithToken('typed'));
  });

  it('keeps comments, layout and other headers', () => {
    const headers = '{\n  // mine\n  "X-Trace": "1", "Authorization":   "Bearer old-1",\n}';
    expect(refreshHeaders(headers, 'new')).toBe(headers.replace('old-1', 'new'));
  });

  it('does not put a token back that a person removed', () => {
    expect(refreshHeaders('', 'new')).toBe('');
    expect(refreshHeaders('{"X-Trace": "1"}', 'new')).toBe('{"X-Trace": "1"}');
  });

  it('gives the token to tabs whose headers were not stored', () => {
    expect(refreshHeaders(null, 'new')).toBe(headersWithToken('new'));
    expect(refreshHeaders(null, undefined)).toBeNull();
  });

  it('puts a placeholder in place of tokens that no longer mean anything', () => {
    expect(refreshHeaders(headersWithToken('old-1'), undefined)).toBe(headersWithToken(TOKEN_PLACEHOLDER));
  });

  it('keeps everything else that GraphiQL stored', () => {
    const stored = { activeTabIndex: 0, extra: 1, tabs: [{ ...aTab(null), id: 'x', title: 'y' }] };
    const refreshed = refreshTokens({ stored, ours: [], token: undefined });
    expect(refreshed).toEqual(stored);
  });
});

describe('parseStoredTabs', () => {
  it.each([null, '', 'null', '{', '[]', '{"tabs":[]}', '{"tabs":[null]}', '{"tabs":{}}'])(
    'takes %j for nothing',
    (text) => {
      expect(parseStoredTabs(text)).toBeUndefined();
    },
  );

  it.each([
    [1, 1],
    [7, 1],
    [-1, 0],
    ['x', 0],
  ])('reads the active tab %j of two as %j', (activeTabIndex, expected) => {
    const text = JSON.stringify({ activeTabIndex, tabs: [aTab(null), aTab('')] });
    expect(parseStoredTabs(text)?.activeTabIndex).toBe(expected);
  });
});

describe('tabsOfGuide', () => {
  const examples = [
    { query: 'query A { a }', variables: '{}', simulator: false },
    { query: 'mutation B { b }', variables: '', simulator: true },
  ];

  it('opens every example, with the headers given, in development', () => {
    const tabs = tabsOfGuide({ examples, development: true, headers: '{"X": "1"}' });
    expect(tabs.map(({ query, headers }) => [query, headers])).toEqual([
      ['query A { a }', '{"X": "1"}'],
      ['mutation B { b }', '{"X": "1"}'],
    ]);
  });

  it('leaves out what needs a simulator otherwise', () => {
    const tabs = tabsOfGuide({ examples, development: false, headers: undefined });
    expect(tabs).toEqual([{ query: 'query A { a }', variables: '{}', headers: null }]);
  });
});

describe('parseHeaders', () => {
  it.each([null, '', '{', '"text"', 'null'])('answers undefined for %j', (text) => {
    expect(parseHeaders(text)).toBeUndefined();
  });

  it('answers the headers of JSON text', () => {
    expect(parseHeaders('{"A": "b"}')).toEqual({ A: 'b' });
  });
});
