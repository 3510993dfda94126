import settings from '../examples/examples.json';
import type { Example } from './tabs.js';

const texts = import.meta.glob<string>('../examples/*.graphql', { query: '?raw', import: 'default', eager: true });
const settingsByName: Record<string, { variables?: object; simulator?: boolean }> = settings;

/** The guide, one operation a tab, in the order of the file names. */
export const examples: readonly Example[] = Object.keys(texts)
  .sort()
  .map((path) => {
    const { variables, simulator } = settingsByName[path.replace(/^.*\/|\.graphql$/g, '')] ?? {};
    return {
      query: texts[path] ?? '',
      variables: variables === undefined ? '' : JSON.stringify(variables, null, 2),
      simulator: simulator === true,
    };
  });
