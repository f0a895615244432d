import { AppError } from '../errors.ts';
import type { Settings } from '../settings/settings.ts';
import type { Visitor } from '../visitors/visitor.ts';
import { isStaffed } from './availability.ts';
import type { RoutingStore, SelectedAgent } from './routing.ts';

export type ChooseDepartmentDeps = { readonly routing: RoutingStore; readonly settings: Settings };

/**
 * The department for a new chat: the visitor's or, if nobody is available there, the one it falls back to. For a
 * visitor with neither a department that exists nor a chosen agent it is the first department on the registration form
 * that has somebody available.
 * @throws {AppError} `no-agent-online` if nobody would answer, unless `Livechat_accept_chats_with_no_agents` is on.
 */
export async function chooseDepartment(
  deps: ChooseDepartmentDeps,
  visitor: Pick<Visitor, 'department'>,
  agent: SelectedAgent | undefined,
): Promise<string | undefined> {
  const own = visitor.department && (await deps.routing.findDepartment(visitor.department))?._id;
  const wanted = own || (agent ? undefined : await findRequiredDepartment(deps));
  const department = wanted === undefined ? undefined : await findStaffed(deps, wanted);
  if (deps.settings.get('Livechat_accept_chats_with_no_agents') || agent || department !== undefined) {
    return department ?? wanted;
  }
  if (wanted !== undefined || !(await isStaffed(deps, undefined))) {
    throw new AppError('no-agent-online', { reason: 'Sorry, no online agents' });
  }
  return undefined;
}

/** Whether a new chat would get somebody to answer it, in the department or, without one, at all. */
export async function isOnline(
  deps: ChooseDepartmentDeps,
  departmentId: string | undefined,
): Promise<boolean> {
  if (deps.settings.get('Livechat_accept_chats_with_no_agents')) return true;
  if (departmentId === undefined) return isStaffed(deps, undefined);
  return (await findStaffed(deps, departmentId)) !== undefined;
}

/** The department, or the first of its fallbacks, that has an agent available. */
async function findStaffed(deps: ChooseDepartmentDeps, departmentId: string): Promise<string | undefined> {
  const tried = new Set<string>();
  let id: string | undefined = departmentId;
  while (id !== undefined && !tried.has(id)) {
    if (await isStaffed(deps, id)) return id;
    tried.add(id);
    const department = await deps.routing.findDepartment(id);
    id = department?.fallbackForwardDepartment || undefined;
  }
  return undefined;
}

/** The first department on the registration form that has somebody available. */
export async function findRequiredDepartment(deps: ChooseDepartmentDeps): Promise<string | undefined> {
  for (const { _id, showOnRegistration } of await deps.routing.listStaffedDepartments()) {
    if (showOnRegistration && (await isStaffed(deps, _id))) return _id;
  }
  return undefined;
}
