import { type Agent, createDepartment, insertAgent, manualSelection } from '../../support/conversations.ts';
import { useService } from '../../support/use-service.ts';
import { unique } from '../../support/visitors.ts';

const { service, admin, outsider } = useService(manualSelection);

let ann: Agent;
beforeAll(async () => {
  ann = await insertAgent(service);
});

const idsOf = (departments: readonly { _id: string }[]) => departments.map(({ _id }) => _id).sort();
const archive = (id: string) => admin.post(`livechat/department/${id}/archive`);
const unarchive = (id: string) => admin.post(`livechat/department/${id}/unarchive`);
const archived = async (query: object = {}) =>
  (await admin.get('livechat/departments/archived', { ...query })).body;
const get = async (id: string) => (await admin.get(`livechat/department/${id}`)).body;

describe('the archive of departments', () => {
  it('takes a department out of the list, disabled, and gives it back disabled', async () => {
    const name = unique('archived');
    const id = await createDepartment(admin, [ann], { name });
    expect((await archive(id)).status).toBe(200);
    expect(await get(id)).toMatchObject({
      department: { archived: true, enabled: false },
      agents: [{ departmentEnabled: false }],
    });
    expect((await admin.get('livechat/department', { text: name })).body.total).toBe(0);
    expect(await archived({ text: name })).toMatchObject({ total: 1, departments: [{ _id: id }] });

    expect((await unarchive(id)).status).toBe(200);
    expect((await archived({ text: name })).total).toBe(0);
    expect(await get(id)).toMatchObject({
      department: { archived: false, enabled: false },
      agents: [{ departmentEnabled: false }],
    });
  });

  it('lists only what is archived, and of that only ours and what is not excluded', async () => {
    const name = unique('old');
    const [ours, others] = [
      await createDepartment(admin, [ann], { name: `${name} a` }),
      await createDepartment(admin, [], { name: `${name} b` }),
    ];
    await createDepartment(admin, [ann], { name: `${name} c` });
    for (const id of [ours, others]) await archive(id);
    expect(idsOf((await archived({ text: name })).departments)).toEqual(
      idsOf([{ _id: ours }, { _id: others }]),
    );
    const excluded = await archived({ text: name, excludeDepartmentId: ours });
    expect(idsOf(excluded.departments)).toEqual([others]);
    const { body: mine } = await ann.api.get('livechat/departments/archived', {
      ...{ text: name, onlyMyDepartments: 'true' },
    });
    expect(idsOf(mine.departments)).toEqual([ours]);
  });

  it('knows no department that does not exist', async () => {
    const { status, body } = await archive('nowhere');
    expect([status, body.error, body.errorType]).toEqual([400, 'department-not-found', undefined]);
    expect((await unarchive('nowhere')).body).toMatchObject({ errorType: 'department-not-found' });
  });

  it('is for managers', async () => {
    expect((await ann.api.post('livechat/department/x/archive')).status).toBe(403);
    expect((await ann.api.post('livechat/department/x/unarchive')).status).toBe(403);
    expect((await outsider.get('livechat/departments/archived')).status).toBe(403);
  });
});

describe('GET livechat/department.autocomplete', () => {
  const suggest = (selector: unknown, query: object = {}, client = admin) =>
    client.get('livechat/department.autocomplete', { selector: JSON.stringify(selector), ...query });

  it('gives ids and names of the departments with the term in their name', async () => {
    const term = unique('auto');
    const first = await createDepartment(admin, [ann], { name: `A ${term}` });
    const second = await createDepartment(admin, [], { name: `B ${term.toUpperCase()}` });
    const old = await createDepartment(admin, [], { name: `C ${term}` });
    await archive(old);
    expect((await suggest({ term })).body).toEqual({
      items: [
        { _id: first, name: `A ${term}` },
        { _id: second, name: `B ${term.toUpperCase()}` },
      ],
      success: true,
    });
    const without = await suggest({ term, exceptions: [first] });
    expect(idsOf(without.body.items)).toEqual([second]);
    expect((await suggest({ term }, { showArchived: 'true' })).body.items).toHaveLength(3);
    const mine = await suggest({ term }, { onlyMyDepartments: 'true' }, ann.api);
    expect(idsOf(mine.body.items)).toEqual([first]);
    const all = await suggest({ exceptions: [first] });
    expect(idsOf(all.body.items)).toContain(second);
    expect(idsOf(all.body.items)).not.toContain(first);
  });

  it('takes no query of MongoDB', async () => {
    const term = unique('auto');
    const id = await createDepartment(admin, [], { name: term });
    const { body } = await suggest({ term, conditions: { _id: { $exists: false } } });
    expect(idsOf(body.items)).toEqual([id]);
  });

  it.each([
    ['missing', {}, "The 'selector' param is required"],
    ['empty', { selector: '' }, "The 'selector' param is required"],
    ['a list', { selector: '[]' }, 'The selector must be a JSON object'],
    ['a term of another type', { selector: '{"term":1}' }, 'The term of the selector must be a string'],
    ['no list of exceptions', { selector: '{"exceptions":"x"}' }, /must be a list of ids/],
    ['not JSON', { selector: '{name: "test"' }, /JSON/],
    ['an object', { 'selector[name]': 'x' }, 'must be string [invalid-params]'],
  ])('refuses a selector that is %s', async (_what, query, error) => {
    const answer = await admin.get('livechat/department.autocomplete', query);
    expect(answer.status).toBe(400);
    expect(answer.body.error).toMatch(error);
  });
});

describe('GET livechat/department.listByIds', () => {
  it('gives those of the departments that exist', async () => {
    const ids = [await createDepartment(admin, []), await createDepartment(admin, [])];
    const { body } = await admin.get('livechat/department.listByIds', { ids: [...ids, 'nowhere'] });
    expect(idsOf(body.departments)).toEqual([...ids].sort());
  });

  it.each([
    ['no ids', {}, "The 'ids' param is required"],
    ['a lone id', { ids: 'test' }, "The 'ids' param must be an array"],
    ['an operator', { 'ids[$ne]': 'x' }, "The 'ids' param must be an array"],
  ])('refuses %s', async (_what, query, error) => {
    const answer = await admin.get('livechat/department.listByIds', query);
    expect([answer.status, answer.body.error]).toEqual([400, error]);
  });
});
