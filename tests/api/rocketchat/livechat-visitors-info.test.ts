import { useService } from '../../support/use-service.ts';
import { collection, registerVisitor, unique } from '../../support/visitors.ts';

const { service, anyone, admin, outsider } = useService();

const notPermitted = 'User does not have the permissions required for this action [error-unauthorized]';

describe.each(['visitors.info', 'visitor.info'])('GET livechat/%s', (name) => {
  const path = `livechat/${name}`;

  it('returns the whole visitor, to managers including the token', async () => {
    const visitor = await registerVisitor(anyone, { email: 'a@x.io', phone: unique('1') });
    const answer = await admin.get(path, { visitorId: visitor._id });
    expect(answer.status).toBe(200);
    expect(answer.headers['content-type']).toBe('application/json');
    expect(answer.body).toEqual({ visitor, success: true });
    expect(answer.body.visitor.token).toBe(visitor.token);
  });

  it('reads a visitor of an old Rocket.Chat', async () => {
    const _id = unique('Kx9');
    await collection(service.db, 'livechat_visitor').insertOne({ _id, username: 'guest-4' });
    const answer = await admin.get(path, { visitorId: _id });
    expect(answer.body).toEqual({ visitor: { _id, username: 'guest-4' }, success: true });
  });

  it('finds neither unknown nor deleted visitors', async () => {
    const gone = await registerVisitor(anyone);
    await anyone.delete(`livechat/visitor/${gone.token}`);
    for (const visitorId of ['invalid', gone._id, '__proto__']) {
      const answer = await admin.get(path, { visitorId });
      expect(answer.status).toBe(400);
      expect(answer.body).toMatchObject({ success: false, error: 'visitor-not-found' });
      expect(answer.body).not.toHaveProperty('errorType');
    }
  });

  it.each([
    ['nothing', {}, "must have required property 'visitorId'"],
    ['more than asked for', { visitorId: 'a', fields: '{}' }, 'must NOT have additional properties'],
    ['two ids', { visitorId: ['a', 'b'] }, 'must be string'],
    ['an operator', { 'visitorId[$ne]': 'a' }, 'must be string'],
  ])('refuses %s', async (_title, query, problem) => {
    const answer = await admin.get(path, query);
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({
      success: false,
      error: `${problem} [invalid-params]`,
      errorType: 'invalid-params',
    });
  });

  it('is for those who may see conversations', async () => {
    const answer = await outsider.get(path, { visitorId: 'invalid' });
    expect(answer.status).toBe(403);
    expect(answer.headers['content-type']).toBe('application/json');
    expect(answer.body).toEqual({ success: false, error: notPermitted });
    expect(await anyone.get(path, { visitorId: 'invalid' })).toMatchObject({ status: 401 });
  });
});
