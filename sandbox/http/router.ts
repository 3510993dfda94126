/** How a call is protected: nothing (`/auth/token`), bearer token alone (`/auth/*`), or token and signature. */
export type Protection = 'none' | 'token' | 'signed';

/** One call as a handler sees it. */
export interface Call {
  params: Readonly<Record<string, string>>;
  query: URLSearchParams;
  /** The body as JSON; throws `ApiError` 400 when there is none, it is malformed, or its Content-Type is another. */
  json: () => unknown;
}

/** What goes back: a status and, unless empty, a JSON text. */
export interface Answer {
  status: number;
  body?: string | Buffer;
}

export interface Route {
  method: string;
  /** Path below the prefix, e.g. `/cards/{cardId}`. */
  template: string;
  protection: Protection;
  handle: (call: Call) => Answer | Promise<Answer>;
}

export type RouteMatch =
  | { kind: 'found'; route: Route; params: Record<string, string> }
  | { kind: 'wrong-method' }
  | { kind: 'unknown' };

interface CompiledRoute {
  route: Route;
  segments: readonly string[];
}

/** Finds routes by method and path; more than one parameter per segment is not supported. */
export class Router {
  readonly #bySegmentCount = new Map<number, CompiledRoute[]>();

  constructor(routes: readonly Route[]) {
    for (const route of routes) {
      const segments = route.template.split('/').slice(1);
      const list = this.#bySegmentCount.get(segments.length) ?? [];
      list.push({ route, segments });
      this.#bySegmentCount.set(segments.length, list);
    }
  }

  /** `path` is the one below the prefix, as sent. */
  find({ method, path }: { method: string; path: string }): RouteMatch {
    const actual = path.split('/').slice(1);
    let isKnownPath = false;
    for (const { route, segments } of this.#bySegmentCount.get(actual.length) ?? []) {
      const params = matchSegments({ segments, actual });
      if (!params) continue;
      if (route.method === method) return { kind: 'found', route, params };
      isKnownPath = true;
    }
    return { kind: isKnownPath ? 'wrong-method' : 'unknown' };
  }
}

function matchSegments({
  segments,
  actual,
}: {
  segments: readonly string[];
  actual: readonly string[];
}): Record<string, string> | undefined {
  const params: Record<string, string> = {};
  for (const [index, segment] of segments.entries()) {
    const value = actual[index] ?? '';
    if (segment.startsWith('{')) params[segment.slice(1, -1)] = value;
    else if (segment !== value) return undefined;
  }
  return params;
}
