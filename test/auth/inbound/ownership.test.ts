import { mayReachCustomer, requireProgramme, requireScope, usableScopes } from '../../../src/auth/inbound/ownership.js';
import type { Principal } from '../../../src/auth/inbound/principal.js';
import { ALL_SCOPES, Scope } from '../../../src/auth/inbound/scope.js';
import { GatewayError } from '../../../src/errors/gateway-error.js';
import { CUSTOMER } from './token-issuer.js';

const OTHER = CUSTOMER.replace('6f', '7f');

function aPrincipal(changes: Partial<Principal> = {}): Principal {
  return {
    subject: 'user-1',
    scopes: new Set(['cards:read']),
    customerId: CUSTOMER,
    isProgramme: false,
    expiresAtEpochSeconds: 2_000_000_000,
    callerId: 'caller-1',
    ...changes,
  };
}

function errorOf(act: () => unknown): GatewayError {
  try {
    act();
  } catch (error) {
    if (error instanceof GatewayError) return error;
    throw error;
  }
  throw new Error('Nothing was thrown');
}

const ofProgramme = aPrincipal({ customerId: null, isProgramme: true, scopes: new Set(['programme', 'cards:read']) });

describe('mayReachCustomer', () => {
  it.each([
    ['a customer', 'its own data', aPrincipal(), CUSTOMER, true],
    ['a customer', 'its own data in upper case', aPrincipal(), CUSTOMER.toUpperCase(), true],
    ['a customer', 'data of another', aPrincipal(), OTHER, false],
    ['a customer', 'data of nobody known', aPrincipal(), null, false],
    ['a caller of no customer', 'data of nobody known', aPrincipal({ customerId: null }), null, false],
    ['the programme', 'data of anybody', ofProgramme, OTHER, true],
    ['the programme', 'data of nobody known', ofProgramme, null, true],
  ])('decides whether %s reaches %s', (_, __, principal, customerId, expected) => {
    expect(mayReachCustomer(principal, customerId)).toBe(expected);
  });
});

describe('requireScope', () => {
  it('returns the principal that has the scope', () => {
    const principal = aPrincipal();
    expect(requireScope(principal, Scope.CardsRead)).toBe(principal);
  });

  it('asks who is calling, with HTTP 401 and a challenge', () => {
    const { message, extensions } = errorOf(() => requireScope(null, Scope.CardsRead));
    expect(message).toBe('This needs an access token.');
    expect(extensions).toEqual({
      code: 'UNAUTHENTICATED',
      retryable: false,
      http: { status: 401, headers: new Map([['www-authenticate', 'Bearer realm="offblocks"']]) },
    });
  });

  it.each(ALL_SCOPES.filter((scope) => scope !== Scope.CardsRead))(
    'names the missing scope %s, with HTTP 200',
    (scope) => {
      const { message, extensions } = errorOf(() => requireScope(aPrincipal(), scope));
      expect(message).toBe(`This needs the scope "${scope}".`);
      expect(extensions).toEqual({ code: 'FORBIDDEN', retryable: false });
    },
  );
});

describe('requireProgramme', () => {
  it('wants the scope and the programme', () => {
    expect(requireProgramme(ofProgramme, Scope.CardsRead)).toBe(ofProgramme);
    expect(errorOf(() => requireProgramme(ofProgramme, Scope.CardsWrite)).message).toContain('"cards:write"');
    expect(errorOf(() => requireProgramme(aPrincipal(), Scope.CardsRead)).message).toContain('"programme"');
    expect(errorOf(() => requireProgramme(null, Scope.CardsRead)).code).toBe('UNAUTHENTICATED');
  });
});

describe('usableScopes', () => {
  const all = new Set([...ALL_SCOPES, 'openid', 'cards:admin']);

  it.each([
    [
      'staff: all that this gateway knows',
      aPrincipal({ customerId: null, isProgramme: true, scopes: all }),
      ALL_SCOPES,
    ],
    [
      'a customer: not what opens nothing to one',
      aPrincipal({ scopes: all }),
      ALL_SCOPES.filter((scope) => scope !== Scope.Programme && scope !== Scope.WebhooksManage),
    ],
    ['a caller without scopes: none', aPrincipal({ scopes: new Set() }), []],
  ])('tells %s', (_, principal, scopes) => {
    expect(usableScopes(principal)).toEqual([...scopes].sort());
  });
});
