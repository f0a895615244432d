import type { Person } from '../person.ts';

/**
 * The last message of a room or an inquiry. A whole document of `rocketchat_message` is stored; this part of it is
 * read.
 */
export interface LastMessage {
  readonly _id: string;
  readonly msg: string;
  readonly ts: Date;
  readonly u?: Person;
  /** Of the visitor who wrote it. */
  readonly token?: string;
  readonly navigation?: { readonly token: string };
}
