import type { CacheResult } from '../cache/entity-cache.js';
import type { BatchChoice } from './batch-plan.js';
import type { ReadTrace } from './read-trace.js';
import type { ResourceReader } from './resource-reader.js';

/** What one operation cost. Calls that another request made and this one waited for are that request's. */
export interface ExplanationSummary {
  /** Requests that left for the API, repetitions included, in the order in which they ended. */
  calls: { method: string; path: string; status: number | null; milliseconds: number; bytes: number }[];
  /** Reads of the cache by tag, e.g. `{"card:…": {"hit": 2}}`. */
  cache: Record<string, Partial<Record<CacheResult, number>>>;
  /** How batches of reads were carried out; `listSize` is what was known of the list at that time. */
  batches: { resource: string; size: number; listSize: number | null; choice: BatchChoice }[];
}

export interface Explanation {
  trace: ReadTrace;
  summary(): ExplanationSummary;
}

export function createExplanation(): Explanation {
  const summary: ExplanationSummary = { calls: [], cache: {}, batches: [] };
  return {
    trace: {
      request({ durationMs, ...sent }) {
        summary.calls.push({ ...sent, milliseconds: Math.round(durationMs * 10) / 10 });
      },
      cacheRead({ tag, result }) {
        const counts = summary.cache[tag] ?? {};
        counts[result] = (counts[result] ?? 0) + 1;
        summary.cache[tag] = counts;
      },
      batch: (batch) => {
        summary.batches.push(batch);
      },
    },
    summary: () => summary,
  };
}

/** The reader of a request whose cost is to be told. */
export function traceReader(reader: ResourceReader, trace: ReadTrace | undefined): ResourceReader {
  if (!trace) return reader;
  return {
    ...reader,
    readFresh: (resource, id) => reader.readFresh(resource, id, trace),
    readChildrenFresh: (children, parentId) => reader.readChildrenFresh(children, parentId, trace),
  };
}
