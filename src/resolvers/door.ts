import { type AuthCheckerFn, Authorized, Extensions } from 'type-graphql';
import { missingToken } from '../auth/inbound/challenge.js';
import { requireProgramme, requireScope } from '../auth/inbound/ownership.js';
import type { Scope } from '../auth/inbound/scope.js';
import type { GatewayContext } from '../context.js';

/** Who may pass a field that leads to an entity. Also in the field's `extensions.door`, where tests and documents find it. */
export interface DoorRule {
  /** Null: any caller with a valid token. */
  scope: Scope | null;
  /** Only callers who are not limited to one customer. */
  programmeOnly: boolean;
}

function door(rule: DoorRule): MethodDecorator {
  return (target, key, descriptor) => {
    Authorized<DoorRule>([rule])(target as object, key as string, descriptor as TypedPropertyDescriptor<unknown>);
    Extensions({ door: rule })(target as object, key as string, descriptor as TypedPropertyDescriptor<unknown>);
  };
}

/** The caller needs the scope, and must then be shown nothing but its own: the resolver asks `access`. */
export const Door = (scope: Scope): MethodDecorator => door({ scope, programmeOnly: false });

/** The caller needs the scope and `programme`. */
export const ProgrammeDoor = (scope: Scope): MethodDecorator => door({ scope, programmeOnly: true });

/** Any caller with a valid token. */
export const TokenDoor = (): MethodDecorator => door({ scope: null, programmeOnly: false });

/** type-graphql's checker for the decorators above; it throws, so that the client hears which scope is missing. */
export const checkDoor: AuthCheckerFn<GatewayContext, DoorRule> = ({ context: { principal } }, [rule]) => {
  if (!rule) return false;
  if (rule.scope === null) {
    if (!principal) throw missingToken('This needs an access token.');
  } else if (rule.programmeOnly) requireProgramme(principal, rule.scope);
  else requireScope(principal, rule.scope);
  return true;
};
