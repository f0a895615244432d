import type { TriggerAction } from '../../domain/triggers/trigger.ts';
import {
  boolean,
  exactlyOneOf,
  nullable,
  number,
  object,
  oneOf,
  optional,
  type Read,
  string,
} from './validation/schema.ts';
import { withoutNulls } from './validation/without-nulls.ts';

const sender = oneOf('queue', 'custom');
const senderName = optional(nullable(string('name')));
const message = object({
  name: oneOf('send-message'),
  params: optional(nullable(object({ sender, msg: string('message'), name: senderName }))),
});
const service = object({
  name: oneOf('use-external-service'),
  params: optional(
    nullable(
      object({
        sender: optional(sender),
        name: senderName,
        serviceUrl: string('pageAddress'),
        serviceTimeout: number(),
        serviceFallbackMessage: string('message'),
      }),
    ),
  ),
});

/** What a trigger is called, and when it acts. */
export const triggerFields = {
  name: string('name'),
  description: string('description'),
  enabled: boolean(),
  runOnce: boolean(),
};

/** What a trigger does: write a message, or ask a service. */
export const triggerAction = exactlyOneOf(message, service);

/** An action without what it leaves open. */
export const actionOf = ({ name, params }: Read<typeof triggerAction>): TriggerAction => ({
  name,
  ...(params && { params: withoutNulls(params) }),
});
