import { badRequest } from '../errors.js';
import { readObject } from '../programme/body.js';
import { WEBHOOK_TYPES } from '../programme/programme.js';
import type { DeliveryFilter, DeliveryRecord } from '../webhooks/delivery-log.js';
import type { DeliveryKey } from '../webhooks/delivery-signer.js';
import { type DeliverySettings, type DeliverySettingsPatch, parseSettingsPatch } from '../webhooks/settings.js';
import { controlRoute as route } from './control-route.js';
import type { Route } from './router.js';

/** What tests and people may do about deliveries; the same functions are handles of the running sandbox. */
export interface WebhookControls {
  webhookSettings: () => DeliverySettings;
  changeWebhookSettings: (patch: DeliverySettingsPatch) => void;
  /** The last thousand, newest first. */
  webhookDeliveries: (filter?: DeliveryFilter) => DeliveryRecord[];
  /** Attempts now whatever waits for its next attempt. */
  hurryWebhooks: () => void;
  /** Verifies deliveries while the setting `isSigned` is true. */
  webhookKey: () => DeliveryKey;
}

const STATES: readonly DeliveryRecord['state'][] = ['waiting', 'delivered', 'dropped'];

export function webhookRoutes(controls: WebhookControls): Route[] {
  const settings = () => {
    const { random: _, ...shown } = controls.webhookSettings();
    return shown;
  };
  return [
    route('GET', '/webhook-settings', settings),
    route('PATCH', '/webhook-settings', (call) => {
      controls.changeWebhookSettings(parseSettingsPatch(readObject(call.json())));
      return settings();
    }),
    route('GET', '/webhook-deliveries', ({ query }) => controls.webhookDeliveries(parseFilter(query))),
    route('POST', '/webhook-deliveries/retry', () => controls.hurryWebhooks()),
    route('GET', '/webhook-key', () => controls.webhookKey()),
  ];
}

function parseFilter(query: URLSearchParams): DeliveryFilter {
  const state = oneOf(query, 'state', STATES);
  const webhookType = oneOf(query, 'type', WEBHOOK_TYPES);
  const limit = query.get('limit');
  if (limit !== null && !/^[1-9]\d{0,3}$/.test(limit)) throw badRequest('limit must be an integer from 1 to 9999');
  return {
    ...(state !== undefined && { state }),
    ...(webhookType !== undefined && { webhookType }),
    ...(limit !== null && { limit: Number(limit) }),
  };
}

function oneOf<Name extends string>(query: URLSearchParams, field: string, names: readonly Name[]): Name | undefined {
  const value = query.get(field);
  if (value === null) return undefined;
  const name = names.find((candidate) => candidate === value);
  if (name === undefined) throw badRequest(`${field} must be one of ${names.join(', ')}`);
  return name;
}
