import type { Customer } from '../../schema/customer/customer.type.js';
import { CustomerStatus } from '../../schema/customer/customer-status.enum.js';
import { INSTANT, readWire, type UnknownValueListener } from './decode.js';

const CUSTOMER_STATUS = { name: 'CustomerStatus', values: CustomerStatus };

/** Source: https://docs.offblocks.xyz/developer-guides/api-integration/api-reference/customers */
export function decodeCustomer(wire: unknown, onUnknown: UnknownValueListener): Customer {
  const read = readWire('customer', wire, onUnknown);
  return {
    id: read.id('id'),
    externalId: read.text('externalId'),
    chainId: read.text('chainId'),
    status: read.enumOf('status', CUSTOMER_STATUS),
    createdAt: read.textLike('createdAt', INSTANT),
    updatedAt: read.textLike('updatedAt', INSTANT),
  };
}
