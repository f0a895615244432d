import type { SystemUserSource } from '../accounts/system-user.ts';
import type { Clock } from '../clock.ts';
import type { DeliveryQueue } from '../deliveries/delivery.ts';
import { senderOf } from '../deliveries/mail.ts';
import { derivedId } from '../ids.ts';
import type { Message, MessageStore } from '../messages/message.ts';
import { writeSystemMessage } from '../messages/system-message.ts';
import { type Person, personOf } from '../person.ts';
import type { Room } from '../rooms/room.ts';
import type { RoomActivityStore } from '../rooms/room-activity.ts';
import type { Settings } from '../settings/settings.ts';
import { type Transcript, type TranscriptEntry, transcriptBodies } from './transcript-mail.ts';

export interface MailTranscriptDeps {
  readonly clock: Clock;
  readonly deliveries: DeliveryQueue;
  readonly messages: MessageStore;
  readonly roomActivity: RoomActivityStore;
  readonly rootUrl: () => string;
  readonly settings: Settings;
  readonly systemUser: SystemUserSource;
}

export interface TranscriptMailing {
  readonly email: string;
  /** Empty for the one that the settings have, or the usual one. */
  readonly subject: string;
  /** The user who asks for it; absent if the visitor does, or the site sends it by itself. */
  readonly requestedBy?: Person | undefined;
  /**
   * Tells mailings of one transcript to one address apart: the same one is made once, however often it is asked for.
   */
  readonly occasion: string;
}

const usualSubject = 'Transcript of your livechat conversation.';

/** Mails what was said in a room to an address, and notes in the room that this was done. */
export async function mailTranscript(
  deps: MailTranscriptDeps,
  room: Room,
  { email, subject, requestedBy, occasion }: TranscriptMailing,
): Promise<void> {
  const { clock, deliveries, settings, systemUser } = deps;
  const mail = {
    from: senderOf(deps),
    to: email,
    subject: subject || settings.get('Livechat_transcript_email_subject') || usualSubject,
    ...transcriptBodies(await readTranscript(deps, room)),
  };
  const id = derivedId('transcript', room._id, email, subject, occasion);
  await deliveries.add(`transcript:${id}`, { kind: 'mail', mail, about: room._id }, clock());
  const user = requestedBy ?? (await systemUser.findSystemUser());
  if (user === null) return;
  const requestData = {
    type: requestedBy ? 'user' : 'visitor',
    ...(room.v ? { visitor: personOf(room.v) } : {}),
    user: personOf(user),
  } as const;
  const noted = {
    t: 'livechat_transcript_history',
    msg: '',
    u: personOf(user),
    ts: clock(),
    requestData,
  } as const;
  if (!(await writeSystemMessage(deps, room._id, noted, id))) await deliveries.removeAbout([room._id]);
}

/** No more messages than this are looked at, and no more text than this is mailed. */
const maxMessages = 5_000;
const maxTextLength = 1_000_000;

/** System messages that transcripts never have, as in Rocket.Chat. */
const neverMailed = [
  'livechat_navigation_history',
  'livechat_transcript_history',
  'command',
  'livechat-close',
  'livechat-started',
  'livechat_video_call',
  'omnichannel_priority_change_history',
];

async function readTranscript({ messages, settings }: MailTranscriptDeps, room: Room): Promise<Transcript> {
  const request = {
    limit: maxMessages,
    offset: 0,
    hiddenTypes: neverMailed,
    signal: new AbortController().signal,
  };
  const entries: TranscriptEntry[] = [];
  let length = 0;
  let looked = 0;
  const readAll = async () => {
    for await (const batch of await messages.listHistory(room._id, request)) {
      for (const message of batch) {
        looked += 1;
        const text = textOf(message, settings);
        if (text === undefined) continue;
        length += text.length;
        if (length > maxTextLength) return;
        entries.push({ author: authorOf(message, room, settings), at: message.ts, text });
      }
    }
  };
  await readAll();
  const isCut = length > maxTextLength || looked === maxMessages;
  return { entries: entries.reverse(), isCut, timeZone: settings.get('Foyer_Timezone') };
}

/** What a message says; undefined for one of the system's that is not to be shown. */
function textOf({ t, msg }: Message, settings: Settings): string | undefined {
  if (t === undefined) return msg;
  if (!settings.get('Livechat_transcript_show_system_messages')) return undefined;
  if (t === 'uj') return 'has joined the conversation';
  if (t === 'ul') return 'has left the conversation';
  return undefined;
}

function authorOf({ u }: Message, { v }: Room, settings: Settings): string {
  if (u?._id === v?._id) return 'You';
  return settings.get('Livechat_show_agent_info') ? u?.name || u?.username || 'Agent' : 'Agent';
}
