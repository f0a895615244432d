import type { CustomFieldValues } from '../custom-fields/custom-field.ts';

/** Someone who manages a contact, as Rocket.Chat copies it into the visitor; up to 7.x with the username alone. */
export interface ContactManager {
  readonly _id?: string;
  readonly username: string;
  readonly name?: string;
  readonly emails?: readonly { readonly address: string; readonly verified?: boolean }[];
}

/** The newest conversation: the `_id` of its room, and when it began. */
export interface LastChat {
  readonly _id: string;
  readonly ts: Date;
}

/** A document of Rocket.Chat's `rocketchat_livechat_visitor`. */
export interface Visitor {
  readonly _id: string;
  readonly _updatedAt?: Date;
  /** What the visitor's browser proves itself with. Absent after deletion. */
  readonly token?: string;
  /** `guest-N`, unless one was given. */
  readonly username?: string;
  readonly name?: string;
  readonly ts?: Date;
  readonly status?: string;
  readonly phone?: readonly { readonly phoneNumber: string }[];
  /** Addresses are stored in lower case. */
  readonly visitorEmails?: readonly { readonly address: string }[];
  /** The `_id` of a department. */
  readonly department?: string;
  /** Values of custom fields, by the field's `_id`. */
  readonly livechatData?: Readonly<Record<string, unknown>>;
  readonly userAgent?: string;
  readonly ip?: string;
  readonly host?: string;
  readonly lastChat?: LastChat;
  readonly contactManager?: ContactManager;
  /** The months, as `YYYY-MM`, in which an agent answered. */
  readonly activity?: readonly string[];
  /** Deletion keeps the document, without anything personal. */
  readonly disabled?: boolean;
}

/** By which of its keys a visitor is found; a registration tries them in this order. */
export type VisitorKey =
  | { readonly kind: 'token'; readonly value: string }
  | { readonly kind: 'phone'; readonly value: string }
  | { readonly kind: 'email'; readonly value: string };

/** What a change sets. Members that are absent stay as they are; arrays are replaced, not merged. */
export type VisitorChange = Partial<
  Pick<
    Visitor,
    'token' | 'name' | 'status' | 'phone' | 'visitorEmails' | 'department' | 'contactManager' | 'livechatData'
  >
>;

/** Which fields a change takes away. */
export type RemovableField = 'phone' | 'visitorEmails' | 'contactManager';

/** Whether another registration's claim to a key is respected, or ended because it has led to nothing for too long. */
export type RivalClaims = 'respect' | 'take-over';

/** Visitors. Every write is made known to the search, so that the next one finds the visitor as it is then. */
export interface VisitorStore {
  /** The visitor with the token. */
  findByToken(token: string): Promise<Visitor | null>;
  /** The visitor with the id, unless it was deleted. */
  findEnabledById(id: string): Promise<Visitor | null>;
  /** Whether a visitor, deleted ones included, has the id. */
  isIdTaken(id: string): Promise<boolean>;
  /** The visitor who holds the key, unless it was deleted; of several the one that was stored first. */
  findByKey(key: VisitorKey): Promise<Visitor | null>;
  /**
   * Stores a new visitor, unless another registration was faster with one of its keys or its `_id`.
   * @param keys what no other visitor may hold; the visitor's token always is one of them.
   * @param rivalClaims whether a registration under way is waited for that is about to give a key to its visitor.
   * @returns null where another was faster: what was looked up before must be looked up again.
   */
  create(visitor: Visitor, keys: readonly VisitorKey[], rivalClaims: RivalClaims): Promise<Visitor | null>;
  /**
   * Tells registrations that race which visitor is about to get the key.
   * @returns false where it is about to be another's: what was looked up before must be looked up again.
   */
  claim(id: string, key: VisitorKey, rivalClaims: RivalClaims): Promise<boolean>;
  /**
   * Changes the visitor that was found by `key`, if it still holds it.
   * @returns the visitor after the change; null where it no longer holds the key or the new token is taken.
   */
  update(
    id: string,
    key: VisitorKey,
    change: VisitorChange,
    remove?: readonly RemovableField[],
  ): Promise<Visitor | null>;
  /** Sets custom fields, those of `ifAbsent` only where nothing is stored; null for a visitor that is not there. */
  setCustomFields(id: string, values: CustomFieldValues): Promise<Visitor | null>;
  /** Remembers the newest conversation. */
  setLastChat(id: string, lastChat: LastChat): Promise<void>;
  /** Adds addresses and numbers to those that are known, as Rocket.Chat does with what it finds in messages. */
  addContactData(
    id: string,
    found: { readonly emails: readonly string[]; readonly phones: readonly string[] },
  ): Promise<void>;
  /** Remembers that an agent answered in the month, given as `YYYY-MM`. */
  addActivity(id: string, month: string): Promise<void>;
  /** Takes everything personal from the visitor, and its token; the rest of the document stays. */
  disable(id: string): Promise<void>;
}

/** Is told of every visitor as it was written, so that what is searched follows it. */
export type VisitorWritten = (visitor: Visitor) => Promise<void>;

/** Hands out the numbers of `guest-N`; none is given twice. */
export interface GuestNumbers {
  next(): Promise<number>;
}
