import type { CacheResult } from '../cache/entity-cache.js';
import type { Deadline } from '../deadline.js';
import type { SentRequest } from '../http/upstream-client.js';
import type { BatchChoice } from './batch-plan.js';

/** Hears what the reads of one request cost. For the explanation of an operation (`X-Explain`); costs nothing when absent. */
export interface ReadTrace {
  request(sent: SentRequest): void;
  cacheRead(read: { tag: string; result: CacheResult }): void;
  batch(batch: { resource: string; size: number; listSize: number | null; choice: BatchChoice }): void;
}

/** On whose behalf something is read. */
export interface ReadCause {
  trace?: ReadTrace | undefined;
  /** Absent: as long as a call to the API may take. */
  deadline?: Deadline | undefined;
}
