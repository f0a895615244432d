import type { User } from '../accounts/user.ts';
import type { ChangeList } from '../changes/change-log.ts';
import type { Message } from '../messages/message.ts';
import type { RoomStore } from '../rooms/room.ts';
import { canAccessRoom, type RoomAccessDeps } from '../rooms/room-access.ts';
import { messageSeenBy, messageWithoutToken } from '../rooms/visitor-tokens.ts';
import type { StoredDetailSet } from '../visitor-details/visitor-details.ts';
import { shownToVisitor, withoutToken } from '../visitors/get-visitor.ts';
import type { Visitor } from '../visitors/visitor.ts';
import type { VisitorRecords } from '../visits/visitor-record.ts';

export interface ShowChangesDeps extends RoomAccessDeps {
  readonly rooms: RoomStore;
  readonly visitorRecords: VisitorRecords;
}

/** A document as it is after a change, as the follower may see it. */
export type Change =
  | { readonly kind: 'visitor'; readonly at: Date; readonly document: Visitor }
  | {
      readonly kind: 'visitor-details';
      readonly at: Date;
      /** The public `_id` of the visitor whom they are about; absent if nobody knows that visitor any more. */
      readonly visitorId?: string | undefined;
      readonly document: StoredDetailSet;
    }
  | {
      readonly kind: 'message' | 'page-view';
      readonly at: Date;
      /** The `_id` of the visitor who looked at the page, for users. */
      readonly visitorId?: string | undefined;
      readonly document: Message;
    };

/** What was written after a place, by anybody. */
export interface Written {
  readonly visitors: ChangeList<Visitor>;
  readonly messages: ChangeList<Message>;
  readonly details: ChangeList<StoredDetailSet>;
}

const isPageView = ({ t }: Message): boolean => t === 'livechat_navigation_history';

const kindOf = (message: Message) => (isPageView(message) ? 'page-view' : 'message');
const changedAt = ({ _updatedAt = new Date(0) }: { readonly _updatedAt?: Date }) => _updatedAt;

/** What a visitor may see of what was written: everything that is not hidden, with the token that they call with. */
export function showToVisitor(
  { settings }: ShowChangesDeps,
  token: string,
  { visitors, messages }: Written,
): Change[] {
  const hidden = settings.get('Hide_System_Messages');
  const isVisible = (message: Message) =>
    isPageView(message) || (message._hidden !== true && !hidden.includes(message.t ?? ''));
  return [
    ...visitors.documents.map(
      (each): Change => ({ kind: 'visitor', at: changedAt(each), document: shownToVisitor(each) }),
    ),
    ...messages.documents.filter(isVisible).map(
      (each): Change => ({
        kind: kindOf(each),
        at: changedAt(each),
        document: messageSeenBy(token, each),
      }),
    ),
  ];
}

/** What a user may see of what was written: no tokens, and only rooms that they may read. */
export async function showToUser(
  deps: ShowChangesDeps,
  user: User,
  { visitors, messages, details }: Written,
): Promise<Change[]> {
  const readable = await readableBy(deps, user, messages.documents);
  const [idsByToken, idsByRecord] = await Promise.all([
    deps.visitorRecords.findIdsByTokens(readable.flatMap(({ navigation }) => navigation?.token ?? [])),
    deps.visitorRecords.findIdsByRecordIds(details.documents.map(({ recordId }) => recordId)),
  ]);
  return [
    ...visitors.documents.map(
      (each): Change => ({ kind: 'visitor', at: changedAt(each), document: withoutToken(each) }),
    ),
    ...details.documents.map(
      (each): Change => ({
        kind: 'visitor-details',
        at: changedAt(each),
        document: each,
        visitorId: idsByRecord.get(each.recordId),
      }),
    ),
    ...readable.map(
      (each): Change => ({
        kind: kindOf(each),
        at: changedAt(each),
        document: messageWithoutToken(each),
        visitorId: idsByToken.get(each.navigation?.token ?? ''),
      }),
    ),
  ];
}

/** Those of the messages that are in livechat rooms that a user may read, or page views without a room. */
async function readableBy(
  deps: ShowChangesDeps,
  user: User,
  messages: readonly Message[],
): Promise<Message[]> {
  const roomIds = new Set(messages.flatMap(({ rid }) => rid ?? []));
  const readable = new Set<string | undefined>([undefined]);
  for (const id of roomIds) {
    const room = await deps.rooms.findById(id);
    if (room && (await canAccessRoom(deps, user, room))) readable.add(id);
  }
  return messages.filter(
    (message) => readable.has(message.rid) && (message.rid !== undefined || isPageView(message)),
  );
}
