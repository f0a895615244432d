import type { WholeVisitor } from '../../domain/conversation/read-visitor.ts';
import type { ChatSummary } from '../../domain/rooms/chat-summary.ts';
import type { Room } from '../../domain/rooms/room.ts';
import { reachOf } from '../../domain/visitors/visitor.ts';
import { emailsOf, phonesOf } from '../../domain/visitors/visitor-search.ts';
import type { KnownVisitor } from '../../domain/visits/known-visitors.ts';
import type { PresentVisitor } from '../../domain/visits/present-visitors.ts';
import type { SummedVisitor } from '../../domain/visits/read-all-visitors.ts';
import type { ViewedPage, Visit } from '../../domain/visits/visit.ts';
import { presentDetails } from './present-details.ts';
import { presentOfflineMessage } from './present-offline-message.ts';

/** Somebody who is on the site now. Tokens are in none of these forms, since whoever has one can act as the visitor. */
export const presentLiveVisitor = (present: PresentVisitor): object => ({
  ...presentKnownVisitor(present),
  state: present.state,
  departmentId: present.departmentId ?? '',
  visit: presentVisit(present.visit),
  chat: presentOpenChat(present.chats),
});

/** What is known of somebody in a few words. */
function presentKnownVisitor({
  record,
  visitor,
  chats,
}: KnownVisitor & { readonly chats?: ChatSummary | undefined }): object {
  const { greetingsShown: shown, greetingsAccepted: accepted, greetingsRefused: refused } = record;
  return {
    id: record.id,
    number: record.number,
    liveChatId: record.liveChatId,
    isRegistered: visitor !== undefined,
    name: visitor?.name ?? '',
    username: visitor?.username ?? '',
    ...reachOf(visitor),
    firstVisitAt: record.firstVisitAt,
    visitCount: record.visits,
    pageViewCount: record.pageViews,
    chatCount: chats?.chats ?? 0,
    greetings: { shown, accepted, refused },
    customVariables: record.customVariables,
  };
}

/** One of all who were ever on the site, with the current or last visit. */
export const presentSummedVisitor = (summed: SummedVisitor): object => ({
  ...presentKnownVisitor(summed),
  lastVisit: summed.record.visit ? presentVisit(summed.record.visit) : null,
});

/** One person with everything that is kept about them. */
export function presentWholeVisitor(whole: WholeVisitor): object {
  const { visitor, visits, pages, rooms, details, offlineMessages } = whole;
  return {
    ...presentKnownVisitor(whole),
    emails: visitor ? emailsOf(visitor) : [],
    phones: visitor ? phonesOf(visitor) : [],
    departmentId: visitor?.department ?? '',
    customFields: visitor?.livechatData ?? {},
    visits: visits.map(presentVisit),
    pages: pages.map(presentPage),
    chats: rooms.map(presentChat),
    details: details.map(presentDetails),
    offlineMessages: offlineMessages.map(presentOfflineMessage),
  };
}

const presentVisit = ({ _id, hasHeartbeat: _, page, greeting, ...visit }: Visit): object => ({
  ...visit,
  page: page ? { url: page.url, title: page.title, openedAt: page.openedAt } : null,
  greeting: greeting ?? null,
});

const presentPage = ({ url, title, openedAt, greeting }: ViewedPage): object => ({
  url,
  title,
  openedAt,
  greeting,
});

function presentOpenChat(chats: ChatSummary | undefined): object | null {
  if (!chats?.last.isOpen) return null;
  const { roomId, openedAt, servedBy } = chats.last;
  return { roomId, openedAt, servedBy: presentAgent(servedBy) };
}

const presentChat = ({ _id, open, ts, closedAt, departmentId, servedBy, msgs, tags }: Room): object => ({
  roomId: _id,
  isOpen: open === true,
  openedAt: ts ?? null,
  closedAt: closedAt ?? null,
  departmentId: departmentId ?? '',
  servedBy: presentAgent(servedBy),
  messages: msgs ?? 0,
  tags: tags ?? [],
});

const presentAgent = (agent: Room['servedBy']): object | null =>
  agent ? { _id: agent._id, username: agent.username ?? '' } : null;
