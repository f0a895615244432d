/** What a site's backend asserts about the person at a browser. */
export interface Identity {
  /** The site's own id of the person: whoever has the same one is the same person. */
  readonly sub: string;
  /** In lower case. */
  readonly email?: string;
  readonly phone?: string;
  /** The id of the assertion. */
  readonly jti: string;
  readonly expiresAt: Date;
}

/** Addresses and numbers. */
export interface ContactData {
  readonly emails: readonly string[];
  readonly phones: readonly string[];
}

/** Which visitor each asserted person is; a person is one visitor, and a visitor one person at most. */
export interface IdentityStore {
  /** Binds the assertion to the token, until it expires; false if it is bound to another token. */
  bind(identity: Identity, token: string): Promise<boolean>;
  /** The `_id` of the person's visitor, for whom the asserted address and number count as proven from now on. */
  recognize(identity: Identity): Promise<string | null>;
  /** Makes the visitor the person, unless either is taken: look again then. */
  claim(identity: Identity, visitorId: string): Promise<void>;
  /** Whether the visitor is an asserted person. */
  isPerson(visitorId: string): Promise<boolean>;
  /** What of an address list and a number list has been asserted of the visitor. */
  listProven(visitorId: string, claimed: ContactData): Promise<ContactData>;
  /** Forgets who the visitor is. */
  deleteByVisitor(visitorId: string): Promise<number>;
}
