import { CustomerAction } from './customer-action.enum.js';
import { CustomerStatus } from './customer-status.enum.js';

/**
 * What a client may ask of a customer in this state; a fresh array, empty where nothing is documented. It explains,
 * it never forbids: the API decides. That INACTIVE leads back to ACTIVE is inferred, the sentence of the page is cut off.
 * Source: https://docs.offblocks.xyz/developer-guides/api-integration/states-and-transitions/customer-states
 */
export function customerActionsFor(status: CustomerStatus): CustomerAction[] {
  switch (status) {
    case CustomerStatus.ACTIVE:
      return [CustomerAction.DEACTIVATE];
    case CustomerStatus.INACTIVE:
      return [CustomerAction.ACTIVATE];
    default:
      return [];
  }
}
