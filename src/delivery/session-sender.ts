import { DeliveryRefusedError, type SessionContent } from '../domain/deliveries/delivery.ts';
import type { RoomStore } from '../domain/rooms/room.ts';
import type { SessionEvent } from '../domain/rooms/session-event.ts';
import type { Settings } from '../domain/settings/settings.ts';
import type { SessionReceiver } from '../domain/webhooks/session-receiver.ts';

export interface SessionSenderOptions {
  readonly receiver: SessionReceiver;
  readonly rooms: Pick<RoomStore, 'setCrmData'>;
  readonly settings: Settings;
  /** What is told of an event; null if there is nothing to tell any more. */
  readonly bodyOf: (event: SessionEvent, signal: AbortSignal) => Promise<object | null>;
}

const isWorthRepeating = (status: number): boolean => status >= 500 || status === 429;

/**
 * Posts events to the receiver of Rocket.Chat's webhook, as long as there is one. As in Rocket.Chat 8, only 200 is a
 * success, whose text is kept as the room's `crmData`; and only 500 and above, 429, and no answer at all are worth
 * another attempt.
 */
export const createSessionSender =
  ({ bodyOf, receiver, rooms, settings }: SessionSenderOptions) =>
  async ({ event }: SessionContent, signal: AbortSignal): Promise<void> => {
    if (settings.get('Livechat_webhookUrl') === '') return;
    const body = await bodyOf(event, signal);
    if (body === null) return;
    const { status, text } = await receiver.post(body, signal);
    if (isWorthRepeating(status)) throw new Error(`the receiver answered ${status}`);
    if (status !== 200) throw new DeliveryRefusedError(`the receiver answered ${status}`);
    if (event.type !== 'LivechatOfflineMessage') await rooms.setCrmData(event.subjectId, text);
  };
