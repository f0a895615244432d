import type { CustomFieldValues } from '../custom-fields/custom-field.ts';

/** The manager of a contact, as Rocket.Chat copies them into the visitor; up to 7.x, just the username. */
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
  /**
   * The secret that identifies the visitor's browser; a visitor with several browsers has further tokens besides. Absent
   * after deletion, and if the browser has become that of somebody else.
   */
  readonly token?: string;
  /** `guest-N`, unless another was given. */
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
  /** Deletion keeps the document, without personal data. */
  readonly disabled?: boolean;
}

/** Where a visitor can be reached, by their first address and number; `""` for what is unknown. */
export const reachOf = (
  visitor: Pick<Visitor, 'visitorEmails' | 'phone'> | undefined,
): { readonly email: string; readonly phone: string } => ({
  email: visitor?.visitorEmails?.[0]?.address ?? '',
  phone: visitor?.phone?.[0]?.phoneNumber ?? '',
});

/** A key by which a visitor is found. A registration tries token, phone number and e-mail address, in this order. */
export type VisitorKey =
  | { readonly kind: 'id'; readonly value: string }
  | { readonly kind: 'token'; readonly value: string }
  | { readonly kind: 'phone'; readonly value: string }
  | { readonly kind: 'email'; readonly value: string };

/** What a change sets. Members that are absent stay as they are; arrays are replaced, not merged. */
export type VisitorChange = Partial<
  Pick<Visitor, 'token' | 'name' | 'status' | 'phone' | 'visitorEmails' | 'department' | 'contactManager'>
>;

/** Fields that a change may remove. */
export type RemovableField = 'phone' | 'visitorEmails' | 'contactManager';

/**
 * So many addresses, and so many numbers, may be added to what is known of a person. Each is a key by which they are
 * searched for, and a list without an end would slow down every write to its document.
 */
export const mostContactData = 50;

/** Visitors. The search is told of every write, so that the next one finds the visitor as they are then. */
export interface VisitorStore {
  /** The visitor for whom the token acts, with this token instead of any other that they have. */
  findByToken(token: string): Promise<Visitor | null>;
  /** The visitor whose first token it is, the one in their document. */
  findHolder(token: string): Promise<Visitor | null>;
  /** Removes the visitor's first token. */
  dropToken(id: string, token: string): Promise<void>;
  /** The visitor with the id, unless deleted. */
  findEnabledById(id: string): Promise<Visitor | null>;
  /** Those of the visitors with these ids who are there and not deleted, in any order. */
  listEnabledByIds(ids: readonly string[]): Promise<Visitor[]>;
  /** Whether a visitor, even a deleted one, has the id. */
  isIdTaken(id: string): Promise<boolean>;
  /** The visitor who has the key, unless deleted; of several, the one stored first. Their token is their first one. */
  findByKey(key: VisitorKey): Promise<Visitor | null>;
  /**
   * Stores a new visitor, unless another registration got there first with one of the keys or the `_id`.
   * @param keys what no other visitor may have; the visitor's token is always one of them.
   * @returns null if another got there first: whatever was looked up must be looked up again.
   */
  create(visitor: Visitor, keys: readonly VisitorKey[]): Promise<Visitor | null>;
  /**
   * Tells competing registrations which visitor is about to get the key.
   * @returns false if it is going to another visitor: whatever was looked up must be looked up again.
   */
  claim(id: string, key: VisitorKey): Promise<boolean>;
  /**
   * Changes the visitor who was found by `key`, if they still have it.
   * @returns the visitor after the change; null if they no longer have the key, or if the new token is taken.
   */
  update(
    id: string,
    key: VisitorKey,
    change: VisitorChange,
    remove?: readonly RemovableField[],
  ): Promise<Visitor | null>;
  /**
   * Sets custom fields, those in `ifAbsent` only if nothing is stored; null if there is no such visitor, or no longer.
   */
  setCustomFields(id: string, values: CustomFieldValues): Promise<Visitor | null>;
  /** Stores the newest conversation; false if the visitor has been deleted. */
  setLastChat(id: string, lastChat: LastChat): Promise<boolean>;
  /**
   * Adds addresses and numbers to the known ones, as Rocket.Chat does with those it finds in messages; of each,
   * {@link mostContactData} at most.
   */
  addContactData(
    id: string,
    found: { readonly emails: readonly string[]; readonly phones: readonly string[] },
  ): Promise<void>;
  /** Records that an agent answered in the month, given as `YYYY-MM`. */
  addActivity(id: string, month: string): Promise<void>;
  /** Removes what competing registrations have claimed for the visitor; returns how many claims. */
  deleteClaims(id: string): Promise<number>;
  /** Removes the visitor's token and all personal data; the rest of the document stays. */
  disable(id: string): Promise<void>;
}

/** Hands out the numbers of `guest-N`, each of them once. */
export interface GuestNumbers {
  next(): Promise<number>;
}
