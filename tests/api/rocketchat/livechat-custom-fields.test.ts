import { clientOf } from '../../support/accounts.ts';
import { apiClient } from '../../support/client.ts';
import { withTestService } from '../../support/service.ts';
import { useService } from '../../support/use-service.ts';
import {
  collection,
  defineCustomField,
  insertClosedRoom,
  insertOpenRoom,
  registerVisitor,
  unique,
} from '../../support/visitors.ts';

const { service, anyone, admin, outsider } = useService();

const livechatData = async (token: string) =>
  (await anyone.get(`livechat/visitor/${token}`)).body.visitor.livechatData;

describe('POST livechat/custom.field', () => {
  const path = 'livechat/custom.field';

  it("stores a visitor's field on the visitor", async () => {
    const key = await defineCustomField(admin);
    const { token } = await registerVisitor(anyone);
    const answer = await anyone.post(path, { token, key, value: 'first', overwrite: true });
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({ field: { key, value: 'first', overwrite: true }, success: true });
    expect(await livechatData(token)).toEqual({ [key]: 'first' });
    // The same value again, or one that may not replace it, is no failure.
    expect(await anyone.post(path, { token, key, value: 'first', overwrite: true })).toMatchObject({
      status: 200,
    });
    expect(await anyone.post(path, { token, key, value: 'second', overwrite: false })).toMatchObject({
      status: 200,
    });
    expect(await livechatData(token)).toEqual({ [key]: 'first' });
  });

  it("stores a room's field on the open rooms", async () => {
    const key = await defineCustomField(admin, { scope: 'room' });
    const visitor = await registerVisitor(anyone);
    const open = await insertOpenRoom(service.db, visitor);
    const closed = await insertClosedRoom(service.db, visitor);
    const body = { token: visitor.token, key, value: 'x', overwrite: true };
    expect(await anyone.post(path, body)).toMatchObject({ status: 200 });
    const room = (_id: string) => collection(service.db, 'room').findOne({ _id });
    expect(await room(open)).toMatchObject({ livechatData: { [key]: 'x' } });
    expect(await room(closed)).not.toHaveProperty('livechatData');
    expect(await livechatData(visitor.token)).toBeUndefined();
  });

  it("accepts only what the field's pattern allows", async () => {
    const key = await defineCustomField(admin, { regexp: '^[0-9]+$' });
    const broken = await defineCustomField(admin, { regexp: '(' });
    const { token } = await registerVisitor(anyone);
    const send = (field: string, value: string) =>
      anyone.post(path, { token, key: field, value, overwrite: true });
    expect(await send(key, '42')).toMatchObject({ status: 200 });
    for (const field of [key, broken]) {
      const answer = await send(field, 'forty-two');
      expect(answer.status).toBe(400);
      expect(answer.body).toMatchObject({ success: false, error: `Invalid value for ${field} field` });
    }
  });

  it.each([
    ['an unknown token', { token: 'invalid' }, 'invalid-token'],
    ['an unknown key', { key: 'invalid' }, 'invalid-custom-field'],
    ['no token', { token: undefined }, "must have required property 'token' [invalid-params]"],
    ['no key', { key: undefined }, "must have required property 'key' [invalid-params]"],
    ['no value', { value: undefined }, "must have required property 'value' [invalid-params]"],
    ['no overwrite', { overwrite: undefined }, "must have required property 'overwrite' [invalid-params]"],
    ['an operator', { value: { $gt: '' } }, 'must be string [invalid-params]'],
  ])('refuses %s', async (_title, given, error) => {
    const { token } = await registerVisitor(anyone);
    const answer = await anyone.post(path, { token, key: 'x', value: 'y', overwrite: true, ...given });
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({ success: false, error });
  });
});

describe('POST livechat/custom.fields', () => {
  const path = 'livechat/custom.fields';

  it("stores several at once, and answers with the rooms' first, with a capital Key", async () => {
    const [ofVisitor, ofRoom] = [
      await defineCustomField(admin),
      await defineCustomField(admin, { scope: 'room' }),
    ];
    const { token } = await registerVisitor(anyone);
    const customFields = [ofVisitor, ofRoom].map((key) => ({ key, value: 'x', overwrite: true }));
    const answer = await anyone.post(path, { token, customFields });
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({
      fields: [ofRoom, ofVisitor].map((Key) => ({ Key, value: 'x', overwrite: true })),
      success: true,
    });
    expect(await livechatData(token)).toEqual({ [ofVisitor]: 'x' });
  });

  it('stores none of them if one is wrong', async () => {
    const key = await defineCustomField(admin);
    const { token } = await registerVisitor(anyone);
    const customFields = [key, 'invalid'].map((each) => ({ key: each, value: 'x', overwrite: true }));
    const answer = await anyone.post(path, { token, customFields });
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({ success: false, error: 'invalid-custom-field' });
    expect(await livechatData(token)).toBeUndefined();
  });

  it('refuses a field that is given twice, however long the list', async () => {
    const key = await defineCustomField(admin, { regexp: '^[a-z]+$' });
    const { token } = await registerVisitor(anyone);
    const customFields = Array(1_000).fill({ key, value: 'x', overwrite: true });
    const answer = await anyone.post(path, { token, customFields });
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({ success: false, error: 'invalid-custom-field' });
    expect(await livechatData(token)).toBeUndefined();
  });

  it('does not match patterns for longer than a tenth of a second, however many have no end', async () => {
    const regexp = '^(a+)+$';
    const keys: string[] = [];
    for (let n = 0; n < 12; n += 1) keys.push(await defineCustomField(admin, { regexp }));
    const { token } = await registerVisitor(anyone);
    const customFields = keys.map((key) => ({ key, value: `${'a'.repeat(60)}!`, overwrite: true }));
    const startedAt = performance.now();
    expect(await anyone.post(path, { token, customFields })).toMatchObject({ status: 400 });
    // A busy machine takes its time; patterns without an end would take minutes.
    expect(performance.now() - startedAt).toBeLessThan(10_000);
  });

  it.each([
    ['no list', {}, "must have required property 'customFields' [invalid-params]"],
    ['a text for the list', { customFields: 'x' }, 'must be array [invalid-params]'],
    ['an empty list', { customFields: [] }, 'invalid-custom-field'],
    ['an empty field', { customFields: [{}] }, "must have required property 'key' [invalid-params]"],
    [
      'an unknown token',
      { token: 'invalid', customFields: [{ key: 'a', value: 'b', overwrite: true }] },
      'invalid-token',
    ],
  ])('refuses %s', async (_title, given, error) => {
    const { token } = await registerVisitor(anyone);
    const answer = await anyone.post(path, { token, ...given });
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({ success: false, error });
  });

  it('must include the required fields of visitors, unlike a single field', () =>
    withTestService({}, async (fresh) => {
      const boss = await clientOf(fresh.app);
      const key = await defineCustomField(boss);
      await defineCustomField(boss, { field: 'needed', required: true });
      await defineCustomField(boss, { scope: 'room', required: true });
      const { token } = await registerVisitor(apiClient(fresh.app));
      const answer = await boss.post(path, { token, customFields: [{ key, value: 'x', overwrite: true }] });
      expect(answer.status).toBe(400);
      expect(answer.body).toMatchObject({ success: false, error: 'Missing required custom fields: needed' });
      const one = await boss.post('livechat/custom.field', { token, key, value: 'x', overwrite: true });
      expect(one.status).toBe(200);
      const missing = { status: 400, body: { error: 'Missing required custom fields: needed' } };
      for (const value of ['', '  ']) {
        const blank = { key: 'needed', value, overwrite: true };
        expect(await boss.post(path, { token, customFields: [blank] })).toMatchObject(missing);
        expect(await boss.post('livechat/custom.field', { token, ...blank })).toMatchObject(missing);
      }
    }));
});

describe('the custom fields of a site', () => {
  const fieldOf = (field: string, given = {}) => ({
    customFieldId: null,
    customFieldData: { field, label: `Label of ${field}`, scope: 'visitor', visibility: 'visible', ...given },
  });

  it('are defined, changed, shown and removed', async () => {
    const field = unique('field');
    const defined = await admin.post(
      'livechat/custom-fields.save',
      fieldOf(field, { searchable: true, options: 'a,b' }),
    );
    expect(defined.status).toBe(200);
    expect(defined.body.customField).toMatchObject({ _id: field, searchable: true, options: 'a,b' });
    const change = { ...fieldOf('ignored', { label: 'New' }), customFieldId: field };
    const changed = await admin.post('livechat/custom-fields.save', change);
    expect(changed.body.customField).toMatchObject({ _id: field, label: 'New', searchable: true });
    const shown = await admin.get(`livechat/custom-fields/${field}`);
    expect(shown.body).toEqual({ customField: changed.body.customField, success: true });
    const removed = await admin.post('livechat/custom-fields.delete', { customFieldId: field });
    expect([removed.status, removed.body]).toEqual([200, { success: true }]);
    const gone = await admin.get(`livechat/custom-fields/${field}`);
    expect([gone.status, gone.body]).toEqual([200, { customField: null, success: true }]);
  });

  it('are listed by label, page by page, and by a part of their label or name', async () => {
    const mark = unique('Mark');
    for (const name of ['c', 'a', 'b'])
      await defineCustomField(admin, { field: unique(name), label: `${name} ${mark}` });
    const list = (query = {}) => admin.get('livechat/custom-fields', { text: mark.toLowerCase(), ...query });
    const all = await list();
    expect(all.status).toBe(200);
    expect(Object.keys(all.body)).toEqual(['customFields', 'count', 'offset', 'total', 'success']);
    expect(all.body).toMatchObject({ count: 3, offset: 0, total: 3 });
    const labels = ({ body }: typeof all) =>
      body.customFields.map(({ label }: { label: string }) => label[0]);
    expect(labels(all)).toEqual(['a', 'b', 'c']);
    const page = await list({ count: 1, offset: 1, sort: '{"label":-1}' });
    expect(labels(page)).toEqual(['b']);
    expect(page.body).toMatchObject({ count: 1, offset: 1, total: 3 });
  });

  it('have unique names, even if two are defined at once', async () => {
    const field = unique('field');
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => admin.post('livechat/custom-fields.save', fieldOf(field))),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    const refused = answers.find(({ status }) => status === 400);
    expect(refused?.body).toMatchObject({ success: false, error: 'Custom Field already exists' });
  });

  it.each([
    ['an unknown id', { ...fieldOf('a'), customFieldId: 'invalid' }, 'Custom Field Not found'],
    ['a name with a space', fieldOf('a b'), 'must match pattern "^[0-9a-zA-Z_-]+$"'],
    ['an unknown scope', fieldOf('a', { scope: 'agent' }), 'must be equal to one of the allowed values'],
    ['no data', { customFieldId: null }, "must have required property 'customFieldData'"],
  ])('are refused with %s', async (_title, body, error) => {
    const answer = await admin.post('livechat/custom-fields.save', body);
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({ success: false, error });
  });

  it('cannot be removed if they do not exist', async () => {
    const answer = await admin.post('livechat/custom-fields.delete', { customFieldId: 'invalid' });
    expect([answer.status, answer.body.error]).toEqual([400, 'Custom field not found']);
  });

  it('are for those who may see conversations, and are changed by those who manage', async () => {
    for (const path of ['livechat/custom-fields', 'livechat/custom-fields/invalid']) {
      const answer = await outsider.get(path);
      expect(answer.status).toBe(403);
      expect(answer.headers['content-type']).toBe('application/json');
    }
    expect(await outsider.post('livechat/custom-fields.save', {})).toMatchObject({ status: 403 });
    expect(await outsider.post('livechat/custom-fields.delete', {})).toMatchObject({ status: 403 });
  });
});
