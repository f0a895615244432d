import type { Person } from '../person.ts';

/** The message that a room or an inquiry shows as its last: a whole document of `rocketchat_message`, of which this is read. */
export interface LastMessage {
  readonly _id: string;
  readonly msg: string;
  readonly ts: Date;
  readonly u?: Person;
}
