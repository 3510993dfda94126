import { CustomerAction } from '../../../src/schema/customer/customer-action.enum.js';
import { customerActionsFor } from '../../../src/schema/customer/customer-actions.js';
import { CustomerStatus } from '../../../src/schema/customer/customer-status.enum.js';

const TABLE: Record<CustomerStatus, CustomerAction[]> = {
  INITIATING: [],
  SCREENING: [],
  VERIFYING: [],
  ACTIVE: [CustomerAction.DEACTIVATE],
  INACTIVE: [CustomerAction.ACTIVATE],
  REJECTED: [],
  UNKNOWN: [],
};

describe('customerActionsFor', () => {
  it.each(Object.values(CustomerStatus))('offers what is documented for a customer who is %s', (status) => {
    expect(customerActionsFor(status)).toEqual(TABLE[status]);
  });
});
