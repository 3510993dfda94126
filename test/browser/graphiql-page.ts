import type { Page } from 'playwright-core';

/** What a GraphQL response holds, as the page shows it. */
export interface GraphqlResult {
  data?: Record<string, unknown> | null;
  errors?: Array<{ message: string; extensions?: Record<string, unknown> }>;
}

/** The editors of GraphiQL, named as the ends of their Monaco model URIs. */
export type EditorName = 'operation.graphql' | 'variables.json' | 'request-headers.json' | 'response.json';

const SETTLED_MS = 15_000;

/** Opens GraphiQL and waits until its editors are there and it has read the schema. */
export async function openGraphiql(page: Page, url: string): Promise<void> {
  const schemaRead = page.waitForResponse((response) => isIntrospection(response.request().postData()));
  await page.goto(url);
  await waitForEditors(page, schemaRead);
}

/** Reloads the page and waits as `openGraphiql` does. */
export async function reloadGraphiql(page: Page): Promise<void> {
  const schemaRead = page.waitForResponse((response) => isIntrospection(response.request().postData()));
  await page.reload();
  await waitForEditors(page, schemaRead);
}

async function waitForEditors(page: Page, schemaRead: Promise<{ finished(): Promise<unknown> }>): Promise<void> {
  const editors = page.locator('.graphiql-editors .monaco-editor, .graphiql-response .monaco-editor');
  await editors.nth(3).waitFor({ state: 'attached' });
  await (await schemaRead).finished();
  await page.getByRole('button', { name: /^Re-fetch GraphQL schema/, disabled: false }).waitFor();
}

function isIntrospection(body: string | null): boolean {
  return body?.includes('IntrospectionQuery') ?? false;
}

/** Names of the open tabs, from left to right. */
export function tabNames(page: Page): Promise<string[]> {
  return page.locator('.graphiql-tab-button').allInnerTexts();
}

/** Name of the tab that is shown. */
export function activeTabName(page: Page): Promise<string> {
  return page
    .locator('[role="tab"][aria-selected="true"] .graphiql-tab-button')
    .textContent()
    .then((name) => name ?? '');
}

/** Shows the tab of that operation name and waits until GraphiQL has taken note of what is in its editor. */
export async function selectTab(page: Page, name: string): Promise<void> {
  if ((await activeTabName(page)) === name) return;
  await page.locator('.graphiql-tab-button', { hasText: new RegExp(`^${name}$`) }).click();
  // It notes the operation's name and stores the text in one step, a moment after the text has changed.
  await page.waitForFunction(
    (operationName) => {
      const { __MONACO, localStorage } = globalThis as unknown as {
        __MONACO: MonacoInPage;
        localStorage: StorageInPage;
      };
      const models = __MONACO.editor.getModels();
      const text = models.find(({ uri }) => uri.path.endsWith('operation.graphql'))?.getValue() ?? '';
      return text.includes(` ${operationName}(`) && localStorage.getItem('graphiql:query') === text;
    },
    name,
    { timeout: SETTLED_MS },
  );
}

/** Text of an editor of the tab that is shown. */
export function readEditor(page: Page, editor: EditorName): Promise<string> {
  return page.evaluate((suffix) => {
    const { __MONACO } = globalThis as unknown as { __MONACO: MonacoInPage };
    return (
      __MONACO.editor
        .getModels()
        .find(({ uri }) => uri.path.endsWith(suffix))
        ?.getValue() ?? ''
    );
  }, editor);
}

/** Puts text into an editor of the tab that is shown; typed text would meet auto-closed brackets and suggestions. */
export function writeEditor(page: Page, editor: EditorName, text: string): Promise<void> {
  return page.evaluate(
    ([suffix, value]) => {
      const { __MONACO } = globalThis as unknown as { __MONACO: MonacoInPage };
      const model = __MONACO.editor.getModels().find(({ uri }) => uri.path.endsWith(suffix));
      if (model === undefined) throw new Error(`no editor ${suffix}`);
      model.setValue(value);
    },
    [editor, text] as const,
  );
}

/**
 * Shows a tab, puts variables in place of the ones it has (or keeps those), runs it with the button and returns what the
 * response pane then shows.
 */
export async function runTab(page: Page, name: string, variables?: object): Promise<GraphqlResult> {
  await selectTab(page, name);
  if (variables !== undefined) await writeEditor(page, 'variables.json', JSON.stringify(variables, null, 2));
  await page.getByRole('button', { name: /^Execute query/ }).click();
  await page.getByRole('button', { name: /^Execute query/ }).waitFor();
  const shown = await page.waitForFunction(
    () => {
      const { __MONACO } = globalThis as unknown as { __MONACO: MonacoInPage };
      return __MONACO.editor
        .getModels()
        .find(({ uri }) => uri.path.endsWith('response.json'))
        ?.getValue();
    },
    undefined,
    { timeout: SETTLED_MS },
  );
  return JSON.parse(String(await shown.jsonValue())) as GraphqlResult;
}

/** Waits until GraphiQL, which saves with a delay, has text in what it stored under a key of localStorage. */
export async function waitForStored(page: Page, key: string, text: string): Promise<void> {
  await page.waitForFunction(
    ([storedKey, part]) => {
      const { localStorage } = globalThis as unknown as { localStorage: StorageInPage };
      return localStorage.getItem(storedKey)?.includes(part) ?? false;
    },
    [key, text] as const,
    { timeout: SETTLED_MS },
  );
}

/** Opens the documentation and follows the names given, such as `Query`, `accounts`. Returns what is then shown. */
export async function readDocs(page: Page, ...names: string[]): Promise<string> {
  await page.getByRole('button', { name: 'Show Documentation Explorer' }).click();
  const docs = page.locator('.graphiql-doc-explorer');
  for (const name of names) await docs.getByRole('link', { name, exact: true }).first().click();
  return (await docs.textContent()) ?? '';
}

/** The part of Monaco that GraphiQL leaves in the global scope and that is used here. */
interface MonacoInPage {
  editor: {
    getModels(): Array<{ uri: { path: string }; getValue(): string; setValue(text: string): void }>;
  };
}

interface StorageInPage {
  getItem(key: string): string | null;
}
