import { LRUCache } from 'lru-cache';
import type { Dependencies } from '../../domain/dependencies.ts';
import type { EventListener } from '../../domain/events.ts';
import type { Room } from '../../domain/rooms/room.ts';
import { reachOf } from '../../domain/visitors/visitor.ts';
import { type Occurrence, only, tellWebhooks } from '../../domain/webhooks/tell-webhooks.ts';
import type { Webhook } from '../../domain/webhooks/webhook.ts';
import { type ChatFacts, chatFactsOf, messageFacts } from './chat-facts.ts';
import { surveyAnswers } from './survey-answers.ts';

/** Older occurrences are not told any more: what was delivered is forgotten after two days, and would be told twice. */
const tellWithinMs = 24 * 60 * 60 * 1000;

const timestamp = (moment: Date): number => Math.floor(moment.getTime() / 1000);

/** A room changes with each message; what was told lately is not looked up again. */
const rememberedOccurrences = 20_000;

/** Until then, a webhook that was added just before may not be known yet; the room's next change looks again. */
const settledMs = 10_000;

/** Hears what becomes of rooms, and tells LiveChat's webhooks. */
export function chatEventListener(deps: Dependencies): EventListener {
  const told = new LRUCache<string, true>({ max: rememberedOccurrences });
  return {
    name: "LiveChat's webhooks",
    subjects: ['room'],
    async receive(event) {
      if (event.kind !== 'changed' || event.subject !== 'room') return;
      for (const occurrence of await occurrencesOf(deps, event.document)) {
        if (told.has(occurrence.key)) continue;
        await tell(deps, event.document, occurrence);
        const ageMs = deps.clock().getTime() - occurrence.at.getTime();
        if (ageMs > settledMs) told.set(occurrence.key, true);
      }
    },
  };
}

async function tell(deps: Dependencies, room: Room, occurrence: RoomOccurrence): Promise<void> {
  if (occurrence.at.getTime() < deps.clock().getTime() - tellWithinMs) return;
  let facts: ChatFacts | undefined;
  await tellWebhooks(deps, occurrence, async (webhook) => {
    facts ??= (await chatFactsOf(deps, [room], new AbortController().signal))[0];
    return facts ? bodyFor(deps, webhook, facts) : {};
  });
  // The visitor may have been deleted in the meantime, with all that was told of them.
  if ((await deps.rooms.findById(room._id)) === null) return deps.deliveries.removeAbout([room._id]);
  const { tagsVersion } = occurrence;
  if (tagsVersion !== undefined)
    await deps.webhooks.noteTags(room._id, room.tags ?? [], tagsVersion, deps.clock());
}

/** An occurrence; of a change of tags, with the number of the change. */
type RoomOccurrence = Occurrence & { readonly tagsVersion?: number };

/** What may just have happened to a room; whatever was told before is told no more. */
async function occurrencesOf({ webhooks }: Dependencies, room: Room): Promise<RoomOccurrence[]> {
  const { _id, servedBy, closedAt, open, queuedAt, ts, tags = [], _updatedAt } = room;
  const occurrences: RoomOccurrence[] = [];
  const at = queuedAt ?? ts;
  // A chat that is put back waits once more.
  if (open && !servedBy && at)
    occurrences.push({ event: 'visitor_queued', about: _id, key: `${_id}:queued:${at.getTime()}`, at });
  if (servedBy)
    occurrences.push({
      event: 'chat_started',
      about: _id,
      key: `${_id}:started`,
      at: servedBy.ts ?? ts ?? new Date(0),
    });
  const isTagged = (await webhooks.list()).some((webhook) => webhook.event === 'chat_changed');
  const tagsVersion = isTagged ? await webhooks.tagsVersion(_id, tags) : undefined;
  if (tagsVersion !== undefined)
    occurrences.push({
      event: 'chat_changed',
      about: _id,
      key: `${_id}:tags:${tagsVersion}`,
      at: _updatedAt ?? new Date(0),
      tagsVersion,
    });
  if (closedAt) occurrences.push({ event: 'chat_ended', about: _id, key: `${_id}:ended`, at: closedAt });
  return occurrences;
}

function bodyFor({ settings }: Dependencies, webhook: Webhook, facts: ChatFacts): object {
  const survey = surveyAnswers(facts.visitor).map((each) => ({ ...each, type: each.id }));
  const data = { chat: chat(facts), visitor: visitor(facts), pre_chat_survey: survey };
  return {
    event_type: webhook.event,
    token: webhook.token,
    license_id: String(settings.get('Foyer_License_Number')),
    lc_version: '2',
    ...only(webhook, data),
  };
}

function chat(facts: ChatFacts): object {
  const { room, code, agent, group, record, messages } = facts;
  const { closedAt } = room;
  const closed = closedAt && { user_type: room.closer === 'visitor' ? 'visitor' : 'agent', type: 'closed' };
  return {
    id: code,
    started_timestamp: timestamp(room.ts ?? new Date(0)),
    ...(closedAt && { ended_timestamp: timestamp(closedAt) }),
    url: record?.visit?.page?.url ?? record?.visit?.landingPage ?? '',
    referer: record?.visit?.referrer ?? '',
    messages: messages.map((message) => messageFacts(facts, message)),
    attachments: [],
    events:
      closed && closedAt
        ? [{ ...closed, text: 'The chat has been closed', timestamp: timestamp(closedAt) }]
        : [],
    agents: agent ? [agent] : [],
    tags: room.tags ?? [],
    groups: [group],
  };
}

function visitor({ visitor: found, record }: ChatFacts): object {
  const { device, place, page } = record?.visit ?? {};
  return {
    id: record?.liveChatId ?? '',
    name: found?.name ?? 'Visitor',
    email: reachOf(found).email,
    ...(record && record.customVariables.length > 0 && { custom_variables: record.customVariables }),
    country: place?.country ?? '',
    city: place?.city ?? '',
    language: device?.language || 'en',
    page_current: page?.url ?? '',
    timezone: place?.timezone || (device?.timezone ?? ''),
  };
}
