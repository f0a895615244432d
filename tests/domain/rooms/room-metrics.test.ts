import type { Room } from '../../../src/domain/rooms/room.ts';
import { agentEffect, visitorEffect } from '../../../src/domain/rooms/room-metrics.ts';

const at = (second: number) => new Date(Date.UTC(2026, 2, 1, 12, 0, second));
const room = (more: Partial<Room> = {}): Room => ({
  _id: 'r',
  t: 'l',
  ts: at(0),
  v: { _id: 'v' },
  open: true,
  waitingResponse: true,
  ...more,
});
const ann = { _id: 'ann', username: 'ann' };

describe("A visitor's message", () => {
  it('is a question, unless an earlier one is still waiting for an answer', () => {
    expect(visitorEffect(room(), at(9))).toEqual({ from: 'visitor', asks: true });
    expect(visitorEffect(room({ metrics: { v: { lq: at(5) } } }), at(9))).toEqual({
      from: 'visitor',
      asks: false,
    });
    const answered = room({ metrics: { v: { lq: at(5) }, servedBy: { lr: at(6) } } });
    expect(visitorEffect(answered, at(9))).toEqual({ from: 'visitor', asks: true });
  });
});

describe("An agent's message", () => {
  it('is the first response: it is timed from the question and, as a reaction, from when the agent joined', () => {
    const given = room({ servedBy: { ...ann, ts: at(4) }, metrics: { v: { lq: at(2) } } });
    expect(agentEffect(given, ann, at(10))).toEqual({
      from: 'agent',
      answers: true,
      month: '2026-03',
      times: { response: 8, reaction: 6, average: 8, isFirst: true },
      responseBy: { ...ann, firstResponseTs: at(10), lastMessageTs: at(10) },
    });
  });

  it('answers the next question, which counts towards the average', () => {
    const given = room({
      metrics: {
        v: { lq: at(20) },
        servedBy: { lr: at(10) },
        response: { total: 1, tt: 8, avg: 8 },
      },
      responseBy: { ...ann, firstResponseTs: at(10), lastMessageTs: at(10) },
    });
    const bob = { _id: 'bob', username: 'bob' };
    expect(agentEffect(given, bob, at(24))).toMatchObject({
      answers: true,
      times: { response: 4, reaction: 4, average: 6, isFirst: false },
      responseBy: { ...ann, firstResponseTs: at(10), lastMessageTs: at(24) },
    });
  });

  it('does not answer anything before the first question', () => {
    expect(agentEffect(room({ waitingResponse: false }), ann, at(9))).toMatchObject({ answers: false });
  });

  it('is not timed if it only continues an answer', () => {
    const given = room({ waitingResponse: false, metrics: { v: { lq: at(5) }, servedBy: { lr: at(6) } } });
    expect(agentEffect(given, ann, at(9))).toEqual({ from: 'agent', answers: false, month: '2026-03' });
  });
});
