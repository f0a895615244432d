import type { MessageEffect, Person, ResponseTimes, Room } from './room.ts';

const secondsSince = (start: Date, now: Date): number => (now.getTime() - start.getTime()) / 1_000;

/** When the visitor last asked and the agent last answered; the room's opening stands for what has not been yet. */
const lastExchange = ({ metrics, ts }: Room): { asked: Date; answered: Date } => ({
  asked: metrics?.v?.lq ?? ts,
  answered: metrics?.servedBy?.lr ?? ts,
});

/** What a visitor's message changes: he waits, and his question counts from the first of several messages. */
export function visitorEffect(room: Room): MessageEffect {
  const { asked, answered } = lastExchange(room);
  return { from: 'visitor', asks: answered >= asked };
}

/** What an agent's message changes, by Rocket.Chat's metrics; `ts` is when it was written. */
export function agentEffect(room: Room, agent: Person, ts: Date): MessageEffect {
  const { asked, answered } = lastExchange(room);
  const times = responseTimes(room, ts);
  const responseBy = respondedBy(room, agent, ts);
  return {
    from: 'agent',
    answers: asked > answered,
    month: ts.toISOString().slice(0, 7),
    ...(times ? { times } : {}),
    ...(responseBy ? { responseBy } : {}),
  };
}

/** The first agent who answered stays the one who did. */
function respondedBy(
  { responseBy, waitingResponse }: Room,
  { _id, username }: Person,
  ts: Date,
): Room['responseBy'] {
  if (!waitingResponse && !responseBy) return undefined;
  return {
    _id,
    ...(username === undefined ? {} : { username }),
    firstResponseTs: ts,
    ...responseBy,
    lastMessageTs: ts,
  };
}

/** Undefined for a further message of an answer. */
function responseTimes(room: Room, now: Date): ResponseTimes | undefined {
  const { asked, answered } = lastExchange(room);
  const isFirst = room.metrics?.servedBy?.lr === undefined;
  if (!isFirst && asked <= answered) return undefined;
  const { tt = 0, total = 0 } = room.metrics?.response ?? {};
  const response = secondsSince(asked, now);
  const reaction = isFirst ? secondsSince(room.servedBy?.ts ?? room.ts, now) : response;
  return { response, reaction, average: (tt + response) / (total + 1), isFirst };
}
