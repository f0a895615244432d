import type { Request } from 'express';
import type { ChatQuery } from '../../domain/conversation/find-chats.ts';
import type { Period, RoomFilter } from '../../domain/rooms/room-search.ts';
import type { Settings } from '../../domain/settings/settings.ts';
import { maxLengths } from '../../domain/text/max-lengths.ts';
import { type Area, areaParts } from '../../domain/visits/visitor-record.ts';
import { invalid } from './errors.ts';
import { groupsOf, queryText, switchOf } from './params.ts';
import { dayIn, isTimeZone } from './times.ts';

/**
 * Reads the filters. Without `include_pending`, only chats that have ended pass, as in LiveChat.
 * @throws {LiveChatError} 400
 */
export function chatQueryOf(req: Request, settings: Settings): ChatQuery {
  const groups = groupsOf(req);
  if (groups && groups.length > 1) throw invalid('group must have one value');
  const tagged = switchOf(req, 'tagged');
  const comment = switchOf(req, 'comment');
  const queued = switchOf(req, 'queued');
  const rating = ratingOf(req);
  const createdAt = periodOf(req, settings);
  const visitorId = shortText(req, 'visitor_id');
  return {
    filter: {
      ...(!switchOf(req, 'include_pending') && { open: false }),
      ...(createdAt && { createdAt }),
      ...(rating && { rating }),
      ...(tagged !== undefined && { isTagged: tagged }),
      ...(comment !== undefined && { hasFeedback: comment }),
      ...(queued !== undefined && { waited: queued }),
      tags: tagsOf(req),
    },
    visitor: visitorId === undefined ? undefined : { by: 'liveChatId', value: visitorId },
    area: areaOf(req),
    agent: shortText(req, 'agent'),
    group: groups?.[0],
    goal: goalOf(req),
    hasGoal: switchOf(req, 'has_goal'),
    text: shortText(req, 'query'),
  };
}

function shortText(req: Request, name: string): string | undefined {
  const text = queryText(req, name);
  if (text !== undefined && text.length > maxLengths.searchTerm) throw invalid(`${name} is too long`);
  return text;
}

function areaOf(req: Request): Area | undefined {
  const names = areaParts.flatMap((part) => {
    const name = shortText(req, part);
    return name === undefined ? [] : [[part, name] as const];
  });
  return names.length === 0 ? undefined : Object.fromEntries(names);
}

function goalOf(req: Request): number | undefined {
  const text = queryText(req, 'goal');
  if (text === undefined) return undefined;
  if (!/^[1-9]\d{0,14}$/.test(text)) throw invalid('goal must be the number of a goal');
  return Number(text);
}

const ratings = { rated: 'any', not_rated: 'none', rated_good: 'good', rated_bad: 'bad' } as const;
const isRating = (text: string): text is keyof typeof ratings => Object.hasOwn(ratings, text);

function ratingOf(req: Request): RoomFilter['rating'] {
  const text = queryText(req, 'rate');
  if (text === undefined) return undefined;
  if (!isRating(text)) throw invalid(`rate must be one of ${Object.keys(ratings).join(', ')}`);
  return ratings[text];
}

const mostTags = 100;

function tagsOf(req: Request): readonly string[] {
  const given = req.query.tag ?? [];
  const texts: readonly unknown[] = typeof given === 'object' ? Object.values(given) : [given];
  const valid = texts.length <= mostTags && texts.every((text) => typeof text === 'string');
  if (!valid) throw invalid('tag must be a list of tags');
  return texts as readonly string[];
}

function periodOf(req: Request, settings: Settings): Period | undefined {
  const asked = queryText(req, 'timezone');
  if (asked !== undefined && !isTimeZone(asked)) throw invalid('timezone must be the name of a time zone');
  const zone = asked ?? settings.get('Foyer_Timezone');
  const dayOf = (name: string) => {
    const text = queryText(req, name);
    const day = text === undefined ? undefined : dayIn(zone, text);
    if (day === null) throw invalid(`${name} must be a day: YYYY-MM-DD`);
    return day;
  };
  const [from, to] = [dayOf('date_from'), dayOf('date_to')];
  if (!from && !to) return undefined;
  return { ...(from && { start: from.start }), ...(to && { end: to.end }) };
}
