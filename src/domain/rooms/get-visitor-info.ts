import type { User } from '../accounts/user.ts';
import { type GetVisitorDeps, getVisitor, withoutToken } from '../visitors/get-visitor.ts';
import type { Visitor } from '../visitors/visitor.ts';
import { seesEveryToken, type VisitorTokenDeps, visibleTokens } from './visitor-tokens.ts';

export type VisitorInfoDeps = GetVisitorDeps & VisitorTokenDeps;

/**
 * A visitor as the user may see them: without the token, if that is not for them.
 * @throws {AppError} `visitor-not-found`
 */
export async function getVisitorInfo(deps: VisitorInfoDeps, user: User, id: string): Promise<Visitor> {
  if (seesEveryToken(deps, user)) return getVisitor(deps, id);
  const [visitor, seesToken] = await Promise.all([getVisitor(deps, id), visibleTokens(deps, user, [id])]);
  return seesToken(id) ? visitor : withoutToken(visitor);
}
