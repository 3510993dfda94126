import type { Call, Route } from './router.js';

/** A route of the admin interface: 200 with what `handle` returns as JSON, or 204 when that is nothing. */
export function controlRoute(method: string, template: string, handle: (call: Call) => unknown): Route {
  return {
    method,
    template,
    protection: 'none',
    handle: (call) => {
      const result = handle(call);
      return result === undefined ? { status: 204 } : { status: 200, body: JSON.stringify(result) };
    },
  };
}
