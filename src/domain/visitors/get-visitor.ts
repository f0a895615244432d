import { AppError } from '../errors.ts';
import type { Visitor, VisitorStore } from './visitor.ts';

export interface GetVisitorDeps {
  readonly visitors: VisitorStore;
}

/**
 * The visitor with the token.
 * @throws {AppError} `invalid-token`
 */
export async function getVisitorByToken({ visitors }: GetVisitorDeps, token: string): Promise<Visitor> {
  const visitor = await visitors.findByToken(token);
  if (visitor === null) throw new AppError('invalid-token');
  return visitor;
}

/**
 * The visitor with the id, unless deleted.
 * @throws {AppError} `visitor-not-found`
 */
export async function getVisitor({ visitors }: GetVisitorDeps, id: string): Promise<Visitor> {
  const visitor = await visitors.findEnabledById(id);
  if (visitor === null) throw new AppError('visitor-not-found');
  return visitor;
}

/** A visitor, or something else with their token, as shown to people who may not act for them. */
export function withoutToken<T extends { readonly token?: string }>({
  token: _,
  ...rest
}: T): Omit<T, 'token'> {
  return rest;
}

/** A visitor as shown to themselves: without the e-mail addresses of the agent who manages their contact. */
export function shownToVisitor(visitor: Visitor): Visitor {
  const { contactManager } = visitor;
  if (contactManager?.emails === undefined) return visitor;
  const { emails: _, ...manager } = contactManager;
  return { ...visitor, contactManager: manager };
}
