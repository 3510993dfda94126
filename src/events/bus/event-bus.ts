import type { Changes } from '../../datasources/cache/changed-entities.js';

/** Subscribers may have missed something. */
export interface Gap {
  reason: 'reconnected' | 'lost-messages';
  /** The last moment at which nothing was missed, in milliseconds since the epoch. */
  sinceMs: number;
}

/** Carries what this node has changed to the other nodes, and what they have changed to this one. */
export interface EventBus {
  /** Tells the other nodes; never waits and never throws. What cannot be told now, they find missing later. */
  publish(changes: Changes): void;
  /** Called with what other nodes have changed, after they have invalidated it. */
  onChanges(listener: (changes: Changes) => void): void;
  /** Called when messages may have been missed: whatever is watched has to be looked at anew. */
  onGap(listener: (gap: Gap) => void): void;
  close(): Promise<void>;
}

/** For a single node: there is nobody to tell. */
export function createLocalBus(): EventBus {
  return { publish: () => {}, onChanges: () => {}, onGap: () => {}, close: async () => {} };
}
