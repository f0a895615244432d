import { useService } from '../../support/use-service.ts';
import { registerVisitor, unique } from '../../support/visitors.ts';

const { anyone, admin, outsider } = useService();

const notPermitted = 'User does not have the permissions required for this action [error-unauthorized]';

describe('GET livechat/visitors.autocomplete', () => {
  const path = 'livechat/visitors.autocomplete';
  const suggest = (selector: unknown) => admin.get(path, { selector: JSON.stringify(selector) });

  it('suggests visitors whose name begins with the term, ignoring case, in order', async () => {
    const prefix = unique('Zoé');
    const [b, a] = [
      await registerVisitor(anyone, { name: `${prefix} b` }),
      await registerVisitor(anyone, { name: `${prefix} A` }),
    ];
    await registerVisitor(anyone, { name: `not ${prefix}` });
    const answer = await suggest({ term: ` ${prefix.toUpperCase()} ` });
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({
      items: [a, b].map(({ _id, name, username }) => ({
        _id,
        name,
        username,
        custom_name: `${username} - ${name}`,
      })),
      success: true,
    });
    expect((await suggest({ term: prefix, exceptions: [a._id] })).body.items).toMatchObject([{ _id: b._id }]);
  });

  it('suggests ten at most', async () => {
    const prefix = unique('Crowd');
    await Promise.all(
      Array.from({ length: 12 }, (_, i) => registerVisitor(anyone, { name: `${prefix} ${i}` })),
    );
    expect((await suggest({ term: prefix })).body.items).toHaveLength(10);
  });

  it('takes the special characters of regular expressions literally', async () => {
    await registerVisitor(anyone, { name: 'Plain' });
    for (const term of ['.*', '(((', '^P', 'Pl[a']) expect((await suggest({ term })).body.items).toEqual([]);
  });

  it('requires a selector', async () => {
    const answer = await admin.get(path);
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({
      success: false,
      error: "must have required property 'selector' [invalid-params]",
      errorType: 'invalid-params',
    });
  });

  it.each([
    '{invalid',
    'null',
    '5',
    '[]',
    '{}',
    '{"term":5}',
    '{"term":{"$ne":1}}',
    '{"term":"a","exceptions":"b"}',
    '{"term":"a","exceptions":[{}]}',
  ])('refuses a selector that is none: %s', async (selector) => {
    const answer = await admin.get(path, { selector });
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({ success: false, error: expect.any(String) });
  });

  it('is for those who may see conversations, whatever else is wrong', async () => {
    const answer = await outsider.get(path, { selector: ['{"term":"a"}', '{"term":"b"}'] });
    expect(answer.status).toBe(403);
    expect(answer.body).toEqual({ success: false, error: notPermitted });
  });
});
