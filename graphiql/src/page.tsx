import { createGraphiQLFetcher, type Fetcher } from '@graphiql/toolkit';
import { GraphiQL } from 'graphiql';
import { useState } from 'react';
import type { PreparedTabs } from './prepare-tabs.js';
import { parseHeaders } from './tabs.js';

export interface PageProps {
  readonly endpoint: string;
  readonly tabs: PreparedTabs;
  /** Something that the person should know, such as a missing development token. */
  readonly notice?: string | undefined;
}

/**
 * GraphiQL asks for the schema before its header editor exists, so without any header; a gateway that wants an access
 * token refuses that. The first question therefore takes the headers of the tab that is about to be shown.
 */
function createFetcher(endpoint: string, firstHeaders: string | null): Fetcher {
  // Subscriptions travel over a WebSocket of the same origin; the headers of the tab become its connection parameters.
  const subscriptionUrl = `${location.origin.replace(/^http/, 'ws')}${endpoint}`;
  const fetcher = createGraphiQLFetcher({ url: endpoint, subscriptionUrl, enableIncrementalDelivery: false });
  return (params, options) => {
    const headers = options?.headers ?? (params.operationName === 'IntrospectionQuery' && parseHeaders(firstHeaders));
    return fetcher(params, headers ? { ...options, headers } : options);
  };
}

export function Page({ endpoint, tabs, notice }: PageProps) {
  const [fetcher] = useState(() => createFetcher(endpoint, tabs.active.headers));
  return (
    <>
      {notice === undefined ? null : <p role="alert">{notice}</p>}
      <GraphiQL
        fetcher={fetcher}
        defaultTabs={tabs.defaultTabs}
        defaultHeaders={tabs.defaultHeaders}
        // Named here, GraphiQL finds the stored tab that was open last by its contents. Left to itself it compares
        // them with copies that it writes only after an edit, and opens one more tab when they differ.
        initialQuery={tabs.active.query ?? ''}
        initialVariables={tabs.active.variables ?? ''}
        initialHeaders={tabs.active.headers ?? ''}
        defaultEditorToolsVisibility="variables"
        inputValueDeprecation
        schemaDescription
        shouldPersistHeaders
      >
        <GraphiQL.Logo>OffBlocks</GraphiQL.Logo>
      </GraphiQL>
    </>
  );
}
