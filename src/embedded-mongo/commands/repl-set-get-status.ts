import { Int32, Long } from 'bson';
import type { Engine } from '../engine.ts';
import { type OpTime, timestampOf } from '../storage/op-time.ts';
import type { Command } from './command.ts';
import { setName } from './server-info.ts';

/** There are no elections, so there is only ever one term. */
const term = Long.fromNumber(1);
const primaryState = new Int32(1);

const placeOf = (time: OpTime): Record<string, unknown> => ({ ts: timestampOf(time), t: term });

function memberOf(engine: Engine): Record<string, unknown> {
  const now = engine.clock();
  const { last } = engine.changes;
  return {
    _id: new Int32(0),
    name: engine.address,
    health: 1,
    state: primaryState,
    stateStr: 'PRIMARY',
    uptime: new Int32(Math.floor((now.getTime() - engine.startedAt.getTime()) / 1000)),
    optime: placeOf(last),
    optimeDate: new Date(timestampOf(last).t * 1000),
    lastAppliedWallTime: now,
    lastDurableWallTime: now,
    syncSourceHost: '',
    syncSourceId: new Int32(-1),
    infoMessage: '',
    electionDate: engine.startedAt,
    configVersion: new Int32(1),
    configTerm: new Int32(1),
    self: true,
    lastHeartbeatMessage: '',
  };
}

/** The single-member replica set, as `hello` describes it. */
export const replSetGetStatus: Command = {
  name: 'replSetGetStatus',
  adminOnly: true,
  run(engine, args) {
    args.allow('initialSync');
    const now = engine.clock();
    const optime = placeOf(engine.changes.last);
    return {
      set: setName,
      date: now,
      myState: primaryState,
      term,
      syncSourceHost: '',
      syncSourceId: new Int32(-1),
      heartbeatIntervalMillis: Long.fromNumber(2000),
      majorityVoteCount: new Int32(1),
      writeMajorityCount: new Int32(1),
      votingMembersCount: new Int32(1),
      writableVotingMembersCount: new Int32(1),
      optimes: {
        lastCommittedOpTime: optime,
        lastCommittedWallTime: now,
        readConcernMajorityOpTime: optime,
        appliedOpTime: optime,
        durableOpTime: optime,
        lastAppliedWallTime: now,
        lastDurableWallTime: now,
      },
      members: [memberOf(engine)],
    };
  },
};
