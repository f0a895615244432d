import type { Person } from '../person.ts';

/** Who moves a conversation: the visitor, the agent who serves them, or another user. */
export interface TransferredBy extends Person {
  readonly userType: 'visitor' | 'agent' | 'user';
}

/** A change of agent or department, as Rocket.Chat keeps it in a message of the room. */
export interface TransferData {
  readonly transferredBy: TransferredBy;
  readonly ts: Date;
  /** What the conversation was given to. */
  readonly scope: 'agent' | 'department' | 'queue';
  readonly comment?: string;
  /** The `_id` of the department that it was in. */
  readonly previousDepartment?: string;
  readonly nextDepartment?: { readonly _id: string; readonly name: string };
  readonly transferredTo?: Person;
}
