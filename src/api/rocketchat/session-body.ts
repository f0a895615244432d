import { sharedCustomFields } from '../../domain/accounts/user-custom-fields.ts';
import type { Dependencies } from '../../domain/dependencies.ts';
import type { Message } from '../../domain/messages/message.ts';
import { collect } from '../../domain/paging.ts';
import type { Room } from '../../domain/rooms/room.ts';
import type { SessionEvent } from '../../domain/rooms/session-event.ts';
import type { Settings } from '../../domain/settings/settings.ts';
import type { Visitor } from '../../domain/visitors/visitor.ts';
import { namesInUserAgent } from '../../domain/visits/browser.ts';
import { type MessageWithUpload, withFileUploads } from './file-uploads.ts';

export type SessionBodyDeps = Pick<
  Dependencies,
  'attachments' | 'messages' | 'offlineMessages' | 'rootUrl' | 'rooms' | 'users' | 'visitors'
> & { readonly settings: Settings };

/** Of a longer conversation, the newest messages are told. */
const mostMessages = 1_000;

/**
 * What Rocket.Chat's webhook is told of an event: the conversation as it is now, in Rocket.Chat's form.
 * @returns null if there is nothing to tell any more, since the visitor was deleted.
 */
export async function sessionBodyOf(
  deps: SessionBodyDeps,
  event: SessionEvent,
  signal: AbortSignal,
): Promise<object | null> {
  if (event.type === 'LivechatOfflineMessage') return offlineMessageBody(deps, event);
  const room = await deps.rooms.findById(event.subjectId);
  const visitor = room?.v && (await deps.visitors.findEnabledById(room.v._id));
  if (!room || !visitor) return null;
  const messages = (await messagesOf(deps, event, signal)).filter(
    ({ t }) => t === undefined || isTold(deps.settings, t),
  );
  return {
    ...(await roomFacts(deps, room, visitor)),
    type: event.type,
    messages: (await withFileUploads(deps, messages)).map((message) => messageFacts(message, visitor)),
    ...furtherFacts(event, room),
  };
}

async function offlineMessageBody(
  { offlineMessages }: SessionBodyDeps,
  { type, subjectId, at }: SessionEvent,
): Promise<object | null> {
  const left = await offlineMessages.findById(subjectId);
  if (left === null) return null;
  return { type, sentAt: at, visitor: { name: left.name, email: left.email }, message: left.text };
}

async function messagesOf(
  { messages }: SessionBodyDeps,
  { type, subjectId, message }: SessionEvent,
  signal: AbortSignal,
): Promise<Message[]> {
  if (type === 'LeadCapture') return [];
  if (type === 'Message') {
    const written = message && (await messages.findById(message.id));
    return written ? [written] : [];
  }
  const newest = { limit: mostMessages, offset: 0, hiddenTypes: [], signal };
  return (await collect(await messages.listHistory(subjectId, newest))).reverse();
}

/** Of system messages, only the closing comment is told and, if two settings say so, the pages that were visited. */
function isTold(settings: Settings, type: string): boolean {
  if (type === 'livechat-close') return true;
  return (
    type === 'livechat_navigation_history' &&
    settings.get('Livechat_Visitor_navigation_as_a_message') &&
    settings.get('Send_visitor_navigation_history_livechat_webhook_request')
  );
}

async function roomFacts(
  { settings, users }: SessionBodyDeps,
  room: Room,
  visitor: Visitor,
): Promise<object> {
  const agent = room.servedBy ? await users.findById(room.servedBy._id) : null;
  const { visitorEmails = [], phone = [] } = visitor;
  return {
    _id: room._id,
    label: room.fname,
    topic: room.topic,
    createdAt: room.ts,
    lastMessageAt: room.lm,
    tags: room.tags,
    customFields: room.livechatData,
    visitor: {
      _id: visitor._id,
      token: room.v?.token ?? visitor.token,
      name: visitor.name,
      username: visitor.username,
      department: visitor.department,
      ip: visitor.ip,
      ...namesInUserAgent(visitor.userAgent),
      customFields: visitor.livechatData,
      ...(visitorEmails.length > 0 && { email: visitorEmails }),
      ...(phone.length > 0 && { phone }),
    },
    ...(agent && {
      agent: {
        _id: agent._id,
        username: agent.username,
        name: agent.name,
        email: agent.emails,
        customFields: sharedCustomFields(settings, agent),
      },
    }),
    ...(room.crmData !== undefined && { crmData: room.crmData }),
  };
}

function messageFacts(message: MessageWithUpload, visitor: Visitor): object {
  const { _id, u, msg, ts, rid, editedAt, navigation, file, attachments, fileUpload } = message;
  const { blocks = [], _updatedAt } = message;
  return {
    u,
    _id,
    username: u?.username,
    msg: msg || (blocks.length > 0 ? JSON.stringify(blocks) : msg),
    ...(blocks.length > 0 && { blocks }),
    ts,
    rid,
    editedAt,
    ...(u?.username !== visitor.username && { agentId: u?._id }),
    navigation,
    ...(message.t === 'livechat-close' && { closingMessage: true }),
    ...(file && { file, attachments, fileUpload }),
    _updatedAt,
  };
}

/** What each type of event is told besides. */
function furtherFacts({ type, oldServedBy, oldDepartmentId }: SessionEvent, room: Room): object {
  const { departmentId, servedBy, closedAt, closedBy, closer } = room;
  switch (type) {
    case 'LivechatSessionStart':
    case 'LivechatSessionQueued':
      return { departmentId };
    case 'LivechatSessionTaken':
      return { departmentId, servedBy };
    case 'LivechatSessionForwarded':
      return { departmentId, servedBy, oldServedBy, oldDepartmentId };
    case 'LivechatSession':
      return { departmentId, servedBy, closedAt, closedBy, closer };
    default:
      return {};
  }
}
