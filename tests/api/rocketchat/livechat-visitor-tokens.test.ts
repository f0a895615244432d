import { errorOf } from '../../support/client.ts';
import { insertAgent, manualSelection, openRoom, say, startChat } from '../../support/conversations.ts';
import { useService } from '../../support/use-service.ts';
import { matchingOfRocketChat, registerVisitor, unique } from '../../support/visitors.ts';

const { service, anyone } = useService({ ...manualSelection, ...matchingOfRocketChat });
beforeAll(async () => {
  await insertAgent(service);
});

describe('a visitor who got a new token since their room was opened', () => {
  const secondBrowser = async () => {
    const email = `${unique('mail')}@x.io`;
    const { rid, visitor } = await startChat(anyone, { email });
    const { token, _id } = await registerVisitor(anyone, { email });
    expect(_id).toBe(visitor._id);
    return { rid, token, earlier: visitor.token };
  };

  it('has that room, and no second one', async () => {
    const { rid, token } = await secondBrowser();
    const rooms = await Promise.all([1, 2, 3].map(() => openRoom(anyone, { token })));
    expect(new Set(rooms.map(({ _id }) => _id))).toEqual(new Set([rid]));
    expect(await say(anyone, token, rid, 'Here again')).toMatchObject({ rid });
    const history = await anyone.get(`livechat/messages.history/${rid}`, { token });
    expect(history.body.messages[0]).toMatchObject({ msg: 'Here again' });
  });

  it('can go on in the first browser, too', async () => {
    const { rid, token, earlier } = await secondBrowser();
    expect(await say(anyone, earlier, rid, 'Still here')).toMatchObject({ rid, token: earlier });
    const history = await anyone.get(`livechat/messages.history/${rid}`, { token });
    expect(history.body.messages[0]).toMatchObject({ msg: 'Still here', token });
  });

  it('is not deleted while it is open', async () => {
    const { rid, token } = await secondBrowser();
    const deletion = () => errorOf(anyone.delete(`livechat/visitor/${token}`));
    expect(await deletion()).toMatch('visitor-has-open-rooms');
    expect(await errorOf(anyone.post('livechat/room.close', { token, rid }))).toBe('200 undefined');
    expect(await deletion()).toBe('200 undefined');
  });
});
