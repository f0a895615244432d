import type { Clock } from '../clock.ts';
import type { DeliveryQueue } from '../deliveries/delivery.ts';
import type { SessionEvent, SessionEventType, TellOfSession } from '../rooms/session-event.ts';
import type { Settings } from '../settings/settings.ts';

export interface TellOfSessionDeps {
  readonly clock: Clock;
  readonly deliveries: DeliveryQueue;
  readonly settings: Settings;
}

/** The settings that ask for events; messages have one for each kind of author, and edits are always told. */
const settingOf = {
  LivechatSessionStart: 'Livechat_webhook_on_start',
  LivechatSessionQueued: 'Livechat_webhook_on_chat_queued',
  LivechatSessionTaken: 'Livechat_webhook_on_chat_taken',
  LivechatSessionForwarded: 'Livechat_webhook_on_forward',
  LivechatSession: 'Livechat_webhook_on_close',
  LeadCapture: 'Livechat_webhook_on_capture',
  LivechatOfflineMessage: 'Livechat_webhook_on_offline_msg',
} as const satisfies Partial<Record<SessionEventType, string>>;

/** Tells the site's receiver of conversations, by the settings of Rocket.Chat. */
export const createTellOfSession =
  ({ clock, deliveries, settings }: TellOfSessionDeps): TellOfSession =>
  async (event) => {
    if (settings.get('Livechat_webhookUrl') === '' || !isAskedFor(settings, event)) return;
    await deliveries.add(deliveryIdOf(event), { kind: 'session', event, about: event.subjectId }, clock());
  };

function isAskedFor(settings: Settings, { type, message }: SessionEvent): boolean {
  if (type === 'LivechatEdit') return true;
  if (type !== 'Message') return settings.get(settingOf[type]);
  const byVisitor = message?.by === 'visitor';
  return settings.get(
    byVisitor ? 'Livechat_webhook_on_visitor_message' : 'Livechat_webhook_on_agent_message',
  );
}

/** The same for the same event. */
const deliveryIdOf = ({ type, subjectId, at, message }: SessionEvent): string =>
  ['session', type, subjectId, message?.id ?? at.getTime()].join(':');
