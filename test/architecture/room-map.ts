import type { Import } from './source-imports.js';

interface Rule {
  /** Rooms, or files, that may be imported; a trailing `/` stands for everything below. */
  may: readonly string[];
  /** Of these only types. */
  mayTypesOf?: readonly string[];
}

/**
 * Who may import whom; `docs/architecture.md` tells why. Imports within a room are always allowed. The most specific entry
 * counts. Arrows go down only: what stands lower knows nothing of what stands higher.
 */
export const ROOM_MAP: Readonly<Record<string, Rule>> = {
  'src/schema/': { may: [] },
  'src/errors/': { may: ['src/schema/'] },
  // Beside it a pure function: the form of a URL.
  'src/config/': { may: ['src/errors/', 'src/schema/scalars/absolute-url.ts'] },
  'src/observability/': { may: ['src/errors/', 'src/config/'] },
  'src/auth/': { may: ['src/schema/', 'src/errors/'] },
  'src/datasources/': { may: ['src/schema/', 'src/errors/'], mayTypesOf: ['src/observability/'] },
  'src/events/': {
    may: ['src/schema/', 'src/errors/', 'src/datasources/cache/'],
    mayTypesOf: ['src/observability/'],
  },
  'src/context.ts': { may: [], mayTypesOf: ['src/auth/', 'src/datasources/', 'src/events/'] },
  'src/events/registration/': {
    may: ['src/schema/', 'src/errors/', 'src/datasources/'],
    mayTypesOf: ['src/observability/'],
  },
  'src/events/resync/': {
    may: ['src/schema/', 'src/errors/', 'src/datasources/'],
    mayTypesOf: ['src/observability/'],
  },
  'src/resolvers/': {
    may: [
      'src/schema/',
      'src/errors/',
      'src/auth/',
      // Pure functions: the client's key of a mutation, the form of an ID, and the last digits of a card number.
      'src/datasources/mutations/idempotency-key.ts',
      'src/datasources/mutations/input-check.ts',
      'src/datasources/wire/card.wire.ts',
    ],
    mayTypesOf: ['src/context.ts'],
  },
  'src/http/': {
    may: [
      'src/schema/',
      'src/errors/',
      'src/config/',
      'src/observability/',
      'src/auth/',
      'src/datasources/',
      'src/events/',
      'src/resolvers/',
    ],
    mayTypesOf: ['src/context.ts'],
  },
  'src/create-context.ts': {
    may: ['src/errors/', 'src/auth/', 'src/datasources/'],
    mayTypesOf: ['src/context.ts', 'src/events/', 'src/observability/'],
  },
  'src/background.ts': {
    may: ['src/events/', 'src/observability/'],
    mayTypesOf: ['src/datasources/'],
  },
  'src/gateway.ts': {
    may: [
      'src/errors/',
      'src/observability/',
      'src/auth/',
      'src/datasources/',
      'src/events/',
      'src/resolvers/',
      'src/http/',
      'src/create-context.ts',
      'src/background.ts',
    ],
    mayTypesOf: ['src/context.ts', 'src/config/'],
  },
  'src/launch.ts': {
    may: ['src/gateway.ts', 'src/auth/', 'src/config/', 'src/events/', 'src/observability/', 'sandbox/sandbox.ts'],
  },
  'src/banner.ts': { may: [], mayTypesOf: ['src/config/', 'src/launch.ts'] },
  'src/heap-growth.ts': { may: [] },
  'src/shutdown.ts': { may: [], mayTypesOf: ['src/observability/'] },
  'src/main.ts': {
    may: [
      'src/banner.ts',
      'src/heap-growth.ts',
      'src/config/',
      'src/launch.ts',
      'src/observability/',
      'src/shutdown.ts',
    ],
  },
  'src/commands/': {
    may: [
      'src/schema/',
      'src/auth/',
      'src/config/',
      'src/datasources/',
      'src/events/',
      'src/observability/',
      'src/resolvers/',
    ],
  },
  'sandbox/': { may: [] },
};

const covers = (place: string, path: string) => (place.endsWith('/') ? path.startsWith(place) : path === place);

/** The entry that a file belongs to; undefined for a file that nobody has given a place. */
export function roomOf(path: string): string | undefined {
  return Object.keys(ROOM_MAP)
    .filter((place) => covers(place, path))
    .sort((a, b) => b.length - a.length)[0];
}

/** Whether the map allows an import. */
export function isAllowed({ from, to, isTypeOnly }: Import): boolean {
  const room = roomOf(from);
  const rule = room === undefined ? undefined : ROOM_MAP[room];
  if (!room || !rule) return false;
  if (room === roomOf(to)) return true;
  return (
    rule.may.some((place) => covers(place, to)) ||
    (isTypeOnly && (rule.mayTypesOf ?? []).some((place) => covers(place, to)))
  );
}
