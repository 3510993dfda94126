import { GatewayError } from '../../errors/gateway-error.js';
import { missingToken } from './challenge.js';
import type { Principal } from './principal.js';
import { ALL_SCOPES, CUSTOMER_SCOPES, Scope } from './scope.js';

/** Whether the principal may see and change data of this customer. Null (an owner that is not known) is nobody's. */
export function mayReachCustomer(principal: Principal, customerId: string | null): boolean {
  if (principal.isProgramme) return true;
  return customerId !== null && principal.customerId === customerId.toLowerCase();
}

/** What the token opens here, sorted: names that mean nothing to this gateway, or nothing to such a caller, are left out. */
export function usableScopes({ scopes, isProgramme }: Principal): Scope[] {
  return (isProgramme ? ALL_SCOPES : CUSTOMER_SCOPES).filter((scope) => scopes.has(scope)).sort();
}

/**
 * Returns the principal if it has the scope. Throws `UNAUTHENTICATED` (HTTP 401 with a challenge) without a principal,
 * and `FORBIDDEN` (HTTP 200: the rest of the answer stands) naming the scope that is missing.
 */
export function requireScope(principal: Principal | null, scope: Scope): Principal {
  if (principal === null) throw missingToken('This needs an access token.');
  if (!principal.scopes.has(scope)) throw new GatewayError('FORBIDDEN', `This needs the scope "${scope}".`);
  return principal;
}

/** As `requireScope`, and the caller must not be limited to one customer either. */
export function requireProgramme(principal: Principal | null, scope: Scope): Principal {
  return requireScope(requireScope(principal, scope), Scope.Programme);
}
