import type { Greeting } from '../../../src/domain/visits/visit.ts';
import { type StateFacts, visitStateOf } from '../../../src/domain/visits/visit-state.ts';

const startedAt = new Date('2026-01-31T10:00:00Z');
const later = (minutes: number) => new Date(startedAt.getTime() + minutes * 60_000);
const agent = { _id: 'agent', username: 'bo' };

const greeting = (outcome: Greeting['outcome'], minutes = 1): Greeting => ({
  name: 'Welcome',
  outcome,
  at: later(minutes),
});
const stateOf = ({
  greeting: shown,
  ...facts
}: Partial<Omit<StateFacts, 'visit'>> & { greeting?: Greeting }) =>
  visitStateOf({
    visit: { startedAt, ...(shown ? { greeting: shown } : {}) },
    isRegistered: false,
    room: undefined,
    ...facts,
  });
const open = { isOpen: true, servedBy: undefined, closedAt: undefined };
const closed = (minutes: number) => ({ isOpen: false, servedBy: agent, closedAt: later(minutes) });

describe('the state of a visitor', () => {
  it('is browsing for somebody who only looks at pages', () => {
    expect(stateOf({})).toBe('browsing');
  });

  it('is logging into chat for somebody registered who never had a room', () => {
    expect(stateOf({ isRegistered: true })).toBe('logging into chat');
  });

  it('is queued in an open room without an agent, and chatting once there is one', () => {
    expect(stateOf({ isRegistered: true, room: open })).toBe('queued');
    expect(stateOf({ isRegistered: true, room: { ...open, servedBy: agent } })).toBe('chatting');
  });

  it('is chat closed after a room was closed during this visit', () => {
    expect(stateOf({ isRegistered: true, room: closed(5) })).toBe('chat closed');
  });

  it('is browsing again in the next visit', () => {
    expect(stateOf({ isRegistered: true, room: closed(-60) })).toBe('browsing');
  });

  it.each([
    ['shown', 'invited'],
    ['refused', 'refused invitation'],
    ['accepted', 'logging into chat'],
  ] as const)('after a greeting was %s is %s', (outcome, state) => {
    expect(stateOf({ greeting: greeting(outcome) })).toBe(state);
  });

  it('follows whichever came last, the end of a room or a greeting', () => {
    const facts = { isRegistered: true, room: closed(5) };

    expect(stateOf({ ...facts, greeting: greeting('shown', 1) })).toBe('chat closed');
    expect(stateOf({ ...facts, greeting: greeting('shown', 9) })).toBe('invited');
  });

  it('is decided by an open room whatever was greeted', () => {
    expect(stateOf({ room: open, greeting: greeting('refused') })).toBe('queued');
  });
});
