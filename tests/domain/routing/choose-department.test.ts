import { chooseDepartment } from '../../../src/domain/routing/choose-department.ts';
import type { RoutingDepartment } from '../../../src/domain/routing/routing.ts';
import type { SettingValues } from '../../../src/domain/settings/settings.ts';
import { settingsWith } from '../../support/settings.ts';

/** Departments by id, those with an agent available, and the settings that differ from their defaults. */
function site(
  departments: Record<string, Partial<RoutingDepartment>>,
  staffed: string[],
  changed: Partial<SettingValues> = {},
) {
  const all = Object.entries(departments).map(([_id, more]) => ({ _id, name: _id, ...more }));
  const unused = () => {
    throw new Error('not asked for here');
  };
  return {
    settings: settingsWith(changed),
    routing: {
      findAvailable: unused,
      takeNext: unused,
      findDepartmentByIdOrName: unused,
      listDepartments: unused,
      listDepartmentIdsOfAgent: unused,
      hasAvailable: async (id: string | undefined) =>
        id === undefined ? staffed.length > 0 : staffed.includes(id),
      findDepartment: async (id: string) => all.find(({ _id }) => _id === id) ?? null,
      listStaffedDepartments: async () => all,
    },
  };
}
const agent = { agentId: 'ann', username: 'ann' };

describe('The department of a new chat', () => {
  it("is the visitor's, if somebody is available there", async () => {
    expect(await chooseDepartment(site({ sales: {} }, ['sales']), { department: 'sales' }, undefined)).toBe(
      'sales',
    );
  });

  it("is its fallback, or the fallback's fallback, if nobody is available", async () => {
    const deps = site(
      { a: { fallbackForwardDepartment: 'b' }, b: { fallbackForwardDepartment: 'c' }, c: {} },
      ['c'],
    );
    expect(await chooseDepartment(deps, { department: 'a' }, undefined)).toBe('c');
  });

  it('is not searched for endlessly if departments fall back to each other', async () => {
    const deps = site({ a: { fallbackForwardDepartment: 'b' }, b: { fallbackForwardDepartment: 'a' } }, [
      'x',
    ]);
    await expect(chooseDepartment(deps, { department: 'a' }, undefined)).rejects.toMatchObject({
      code: 'no-agent-online',
    });
  });

  it('is, for a visitor without one, the first on the registration form with somebody available', async () => {
    const deps = site(
      { hidden: {}, empty: { showOnRegistration: true }, shown: { showOnRegistration: true } },
      ['hidden', 'shown'],
    );
    expect(await chooseDepartment(deps, {}, undefined)).toBe('shown');
    expect(await chooseDepartment(deps, {}, agent)).toBeUndefined();
  });

  it('is none without a registration form, but the chat is refused if nobody at all is available', async () => {
    expect(await chooseDepartment(site({}, ['x']), {}, undefined)).toBeUndefined();
    await expect(chooseDepartment(site({}, []), {}, undefined)).rejects.toMatchObject({
      code: 'no-agent-online',
    });
  });

  it("is the visitor's even if nobody is available, if chats are accepted without agents", async () => {
    const deps = site({ sales: {} }, [], { Livechat_accept_chats_with_no_agents: true });
    expect(await chooseDepartment(deps, { department: 'sales' }, undefined)).toBe('sales');
  });
});
