import type { CacheResult } from '../cache/entity-cache.js';
import type { BatchChoice } from './batch-plan.js';
import type { ReadCause, ReadTrace } from './read-trace.js';
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

/** The reader of one request: what it reads past the cache is told to its trace, and bounded by its deadline. */
export function readerFor(reader: ResourceReader, cause: ReadCause): ResourceReader {
  return {
    ...reader,
    readFresh: (resource, id) => reader.readFresh(resource, id, cause),
    readChildrenFresh: (children, parentId) => reader.readChildrenFresh(children, parentId, cause),
  };
}
