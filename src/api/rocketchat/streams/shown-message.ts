import type { Message } from '../../../domain/messages/message.ts';
import type { Settings } from '../../../domain/settings/settings.ts';

/** Whether clients are told of a message: one in a room that is neither hidden nor of a type that is. */
export const isShown = (
  message: Message,
  settings: Settings,
): message is Message & { readonly rid: string } =>
  message.rid !== undefined &&
  !message._hidden &&
  !(message.t && settings.get('Hide_System_Messages').includes(message.t));
