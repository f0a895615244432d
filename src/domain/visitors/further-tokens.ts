import type { VisitorStore } from './visitor.ts';

/**
 * Visitors' tokens besides the first one, which is in their document: those of other browsers and devices, and
 * earlier ones. As long as a token is somebody's first one, it acts for them, whatever is stored here.
 */
export interface FurtherTokenStore {
  /** The `_id` of the visitor that the token acts for. */
  find(token: string): Promise<string | null>;
  /** Makes the token act for the visitor, and for nobody else, by one write. Of a hundred, the oldest stop working. */
  add(token: string, visitorId: string): Promise<void>;
  /** The newest first. */
  list(visitorId: string): Promise<string[]>;
  /** Makes all of a visitor's tokens act for another one. */
  move(fromVisitorId: string, toVisitorId: string): Promise<void>;
  /** Makes them act for nobody; returns how many there were. */
  deleteByVisitor(visitorId: string): Promise<number>;
}

export interface ListTokensDeps {
  readonly furtherTokens: FurtherTokenStore;
  readonly visitors: VisitorStore;
}

/** All tokens that act for a visitor. */
export async function listTokens({ furtherTokens, visitors }: ListTokensDeps, id: string): Promise<string[]> {
  const [visitor, further] = await Promise.all([visitors.findEnabledById(id), furtherTokens.list(id)]);
  return visitor?.token === undefined ? further : [visitor.token, ...further];
}
