/** What a key may be limited to: reading, changing, and deleting visitors. */
export const keyScopes = ['read', 'write', 'erase'] as const;
export type KeyScope = (typeof keyScopes)[number];

/** A personal access token that is limited to scopes: a document of `foyer_key_scope`. */
export interface ScopedKey {
  /** The token's hash, as in the user's document. */
  readonly _id: string;
  readonly userId: string;
  /** What the token is called. */
  readonly name: string;
  readonly scopes: readonly KeyScope[];
}

/**
 * The scopes of tokens, which never change. A token without scopes may do all that its user may; one with scopes works
 * in Foyer's own API only, which is the only one that knows them.
 */
export interface KeyScopeStore {
  /** The token's scopes; null if it has none. */
  find(hashedToken: string): Promise<readonly KeyScope[] | null>;
  /** Limits a token that is about to be issued. */
  add(key: ScopedKey): Promise<void>;
  listByUser(userId: string): Promise<ScopedKey[]>;
  /** Forgets the scopes of a token that exists no more. */
  remove(hashedToken: string): Promise<void>;
}
