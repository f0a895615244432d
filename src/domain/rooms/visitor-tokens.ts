import type { AccessControl } from '../accounts/access.ts';
import type { User } from '../accounts/user.ts';
import type { Settings } from '../settings/settings.ts';
import type { LastMessage } from './last-message.ts';
import type { RoomVisitor } from './room.ts';
import type { SubscriptionStore } from './subscription.ts';

export interface VisitorTokenDeps {
  readonly access: AccessControl;
  readonly settings: Settings;
  readonly subscriptions: SubscriptionStore;
}

/** Whether a user may see the token of the visitor with this id. */
export type SeesToken = (visitorId: string | undefined) => boolean;

/**
 * Tells which of some visitors' tokens a user may see. Whoever has a visitor's token can write and close as that
 * visitor, so it is shown to managers and to the agents who sit in one of the visitor's rooms; to all agents only by a
 * setting. Rocket.Chat 8 shows it to nobody in `visitors.info`, and to everybody in the visitor's rooms.
 */
export async function visibleTokens(
  deps: VisitorTokenDeps,
  user: User,
  visitorIds: readonly (string | undefined)[],
): Promise<SeesToken> {
  const { subscriptions } = deps;
  if (seesEveryToken(deps, user)) return () => true;
  const ids = [...new Set(visitorIds)].filter((id) => id !== undefined);
  if (ids.length === 0) return () => false;
  const seated = new Set<string | undefined>(await subscriptions.listVisitorsOf(user._id, ids));
  return (id) => id !== undefined && seated.has(id);
}

/** Whether a user may see every visitor's token. */
export const seesEveryToken = (
  { access, settings }: Pick<VisitorTokenDeps, 'access' | 'settings'>,
  user: User,
): boolean =>
  access.hasPermission(user, 'view-livechat-manager') || settings.get('Foyer_Visitor_Token_For_Agents');

/** A message without the token of the visitor who wrote it or saw the page. */
export function messageWithoutToken<M extends Pick<LastMessage, 'token' | 'navigation'>>(message: M): M {
  const { token: _, ...rest } = message;
  if (message.navigation === undefined) return rest as M;
  const { token: __, ...navigation } = message.navigation;
  return { ...rest, navigation } as M;
}

/** A message as its room's visitor sees it: with the token that they call with, whichever of theirs it came with. */
export function messageSeenBy<M extends Pick<LastMessage, 'token' | 'navigation'>>(
  token: string,
  message: M,
): M {
  const { navigation } = message;
  return {
    ...message,
    ...(message.token === undefined ? {} : { token }),
    ...(navigation === undefined ? {} : { navigation: { ...navigation, token } }),
  };
}

interface OfVisitor {
  readonly v?: RoomVisitor;
  readonly lastMessage?: LastMessage;
}

/** A room or an inquiry without its visitor's token. */
export function roomWithoutToken<R extends OfVisitor>(room: R): R {
  const { v, lastMessage } = room;
  if (v === undefined && lastMessage === undefined) return room;
  const { token: _, ...visitor } = v ?? {};
  return {
    ...room,
    ...(v ? { v: visitor } : {}),
    ...(lastMessage ? { lastMessage: messageWithoutToken(lastMessage) } : {}),
  };
}

/** A room as its visitor sees it: with the token that they call with, whichever of theirs it was opened with. */
export const roomSeenBy = <R extends OfVisitor>(token: string, room: R): R => ({
  ...room,
  ...(room.v ? { v: { ...room.v, token } } : {}),
  ...(room.lastMessage ? { lastMessage: messageSeenBy(token, room.lastMessage) } : {}),
});

/** The rooms as the user may see them: without the tokens that are not for them. */
export async function showRooms<R extends OfVisitor>(
  deps: VisitorTokenDeps,
  user: User,
  rooms: readonly R[],
): Promise<R[]> {
  const seesToken = await visibleTokens(
    deps,
    user,
    rooms.map(({ v }) => v?._id),
  );
  return rooms.map((room) => (seesToken(room.v?._id) ? room : roomWithoutToken(room)));
}
