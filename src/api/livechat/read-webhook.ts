import { maxLengths } from '../../domain/text/max-lengths.ts';
import {
  dataTypesOf,
  type Webhook,
  type WebhookDataType,
  webhookEvents,
} from '../../domain/webhooks/webhook.ts';
import { LiveChatError } from './errors.ts';

/**
 * A webhook as the body of a request describes it.
 * @throws {LiveChatError} 400 with everything that is wrong.
 */
export function readWebhook(
  body: Readonly<Record<string, unknown>>,
): Pick<Webhook, 'event' | 'dataTypes' | 'url'> {
  const errors: string[] = [];
  const event = webhookEvents.find((each) => each === body.event_type);
  if (event === undefined) errors.push(`event_type must be one of ${webhookEvents.join(', ')}`);
  const allowed = event === undefined ? undefined : dataTypesOf[event];
  const dataTypes = readDataTypes(body.data_types, allowed);
  if (dataTypes === undefined)
    errors.push(`data_types must be a list${allowed ? ` of ${allowed.join(', ')}` : ''}`);
  const url = readUrl(body.url);
  if (url === undefined) errors.push('url must be an http or https address');
  if (event === undefined || dataTypes === undefined || url === undefined)
    throw new LiveChatError(400, { errors });
  return { event, dataTypes, url };
}

function readDataTypes(
  given: unknown,
  allowed: readonly WebhookDataType[] | undefined,
): readonly WebhookDataType[] | undefined {
  const list: readonly unknown[] = Array.isArray(given) ? given : [given];
  const known = list.filter(
    (each, index): each is WebhookDataType =>
      (allowed ?? []).some((type) => type === each) && list.indexOf(each) === index,
  );
  return known.length > 0 && known.length === list.length ? known : undefined;
}

function readUrl(given: unknown): string | undefined {
  if (typeof given !== 'string' || given.length > maxLengths.pageAddress || !URL.canParse(given))
    return undefined;
  return /^https?:$/.test(new URL(given).protocol) ? given : undefined;
}
