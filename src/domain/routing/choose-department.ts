import { AppError } from '../errors.ts';
import type { Settings } from '../settings/settings.ts';
import type { Visitor } from '../visitors/visitor.ts';
import { availabilityOf } from './availability.ts';
import type { RoutingStore, SelectedAgent } from './routing.ts';

export type ChooseDepartmentDeps = { readonly routing: RoutingStore; readonly settings: Settings };

/**
 * The department that a new chat belongs to: the visitor's or, when nobody is there, the one it falls back to; for
 * a visitor without one and without an agent of choice, the first on the registration form where somebody is there.
 * @throws {AppError} `no-agent-online` where nobody would answer, unless `Livechat_accept_chats_with_no_agents`.
 */
export async function chooseDepartment(
  deps: ChooseDepartmentDeps,
  visitor: Pick<Visitor, 'department'>,
  agent: SelectedAgent | undefined,
): Promise<string | undefined> {
  const { routing, settings } = deps;
  const availability = availabilityOf(settings);
  const wanted = visitor.department ?? (agent ? undefined : await findRequiredDepartment(deps));
  const department = wanted === undefined ? undefined : await findStaffed(deps, wanted);
  if (settings.get('Livechat_accept_chats_with_no_agents') || agent || department !== undefined) {
    return department ?? wanted;
  }
  if (wanted !== undefined || !(await routing.hasAvailable(undefined, availability))) {
    throw new AppError('no-agent-online', { reason: 'Sorry, no online agents' });
  }
  return undefined;
}

/** The department, or the first of those it falls back to, in which an agent is there. */
async function findStaffed(
  { routing, settings }: ChooseDepartmentDeps,
  departmentId: string,
): Promise<string | undefined> {
  const tried = new Set<string>();
  let id: string | undefined = departmentId;
  while (id !== undefined && !tried.has(id)) {
    if (await routing.hasAvailable(id, availabilityOf(settings))) return id;
    tried.add(id);
    const department = await routing.findDepartment(id);
    id = department?.fallbackForwardDepartment || undefined;
  }
  return undefined;
}

async function findRequiredDepartment({
  routing,
  settings,
}: ChooseDepartmentDeps): Promise<string | undefined> {
  for (const { _id, showOnRegistration } of await routing.listStaffedDepartments()) {
    if (showOnRegistration && (await routing.hasAvailable(_id, availabilityOf(settings)))) return _id;
  }
  return undefined;
}
