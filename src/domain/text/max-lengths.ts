/**
 * How long each kind of text may be at most, in characters (Unicode code points), whichever dialect it comes in by.
 * They are far above what clients send and far below the limit of a body: what one stranger sends is stored, indexed,
 * searched and copied into other documents many times. Documents that are longer already are still read.
 */
export const maxLengths = {
  /** The secret of a visitor, which may be a signed token of the site's own. */
  token: 1_024,
  /** A signed assertion of who somebody is. */
  identity: 4_096,
  /** An id, and names that work like one: of custom fields, roles, permissions, tags. */
  id: 256,
  /** A name made for people: of visitors, users, departments; labels, subjects. */
  name: 512,
  username: 256,
  /** The longest address that can be delivered to has 254. */
  email: 320,
  phone: 128,
  /** Presence, and the sentence that users show beside it. */
  status: 512,
  /** What is said in a room. Ten times the default of `Message_MaxAllowedSize`, which binds agents only. */
  message: 50_000,
  pageTitle: 4_096,
  /** Servers take 8,192 bytes; what follows a `#` never gets to them. */
  pageAddress: 16_384,
  fieldValue: 10_000,
  /** What a form explains or lists: descriptions, the options of a custom field. */
  description: 10_000,
  /** A regular expression. */
  pattern: 2_048,
  /** A password, its digest, the token of a session or the code of a second factor. */
  password: 1_024,
  setting: 100_000,
  /** What is kept of a header that browsers set; a longer one is cut off, since people cannot choose it. */
  header: 1_024,
  searchTerm: 1_024,
  /** JSON in a query parameter; a whole request line has to fit into 16 KB. */
  queryJson: 8_192,
  /** A word that stands for a value: `true`, a date, an order. */
  word: 256,
  /** A place among changes, which is made of the ids of three documents. */
  cursor: 8_192,
  /** The JSON of a method call, in which a message may be escaped. */
  methodCall: 350_000,
} as const;

/** What a text is for, which decides how long it may be. */
export type TextKind = keyof typeof maxLengths;

/** How many items a list may have that is given at once; the longest that clients send is that of all permissions. */
export const maxListItems = 1_000;

/** Whether a text has more code points than allowed. */
export function isLongerThan(max: number, text: string): boolean {
  if (text.length <= max) return false;
  // A code point is one or two units of the text's length.
  if (text.length > 2 * max) return true;
  let points = 0;
  for (const _ of text) points += 1;
  return points > max;
}
