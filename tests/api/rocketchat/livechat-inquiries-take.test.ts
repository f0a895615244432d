import {
  type Agent,
  createDepartment,
  inquiryOf,
  insertAgent,
  manualSelection,
  startChat,
  storedRoom,
  take,
  transcriptOf,
} from '../../support/conversations.ts';
import { useService } from '../../support/use-service.ts';
import { collection } from '../../support/visitors.ts';

const { service, anyone, admin, outsider } = useService(manualSelection);

const takeAs = ({ api }: Pick<Agent, 'api'>, inquiryId: string, more: object = {}) =>
  api.post('livechat/inquiries.take', { inquiryId, ...more });
const seatsOf = (rid: string) => collection(service.db, 'subscription').find({ rid }).toArray();

describe('POST livechat/inquiries.take', () => {
  const refused = async (answering: ReturnType<typeof takeAs>, error: string, errorType?: string) => {
    const { status, body } = await answering;
    expect({ status, error: body.error, errorType: body.errorType }).toEqual({
      status: 400,
      error,
      errorType,
    });
  };

  it('makes the caller the agent of the room', async () => {
    const agent = await insertAgent(service);
    const { rid, visitor } = await startChat(anyone, { name: 'Flo' });
    expect((await storedRoom(service.db, rid)).servedBy).toBeUndefined();
    expect(await seatsOf(rid)).toEqual([]);
    const { status, body } = await takeAs(agent, (await inquiryOf(admin, rid))._id);
    expect({ status, body }).toEqual({ status: 200, body: { success: true } });

    const { servedBy, usersCount } = await storedRoom(service.db, rid);
    expect(servedBy).toEqual({ _id: agent._id, username: agent.username, ts: expect.any(Date) });
    expect(usersCount).toBe(2);
    const inquiry = await inquiryOf(admin, rid);
    expect(inquiry).toMatchObject({ status: 'taken', takenAt: servedBy?.ts?.toISOString() });
    expect(inquiry).not.toHaveProperty('queuedAt');
    expect(await seatsOf(rid)).toMatchObject([
      {
        ...{
          name: 'Flo',
          fname: 'Flo',
          alert: true,
          open: true,
          unread: 1,
          userMentions: 1,
          groupMentions: 0,
        },
        ...{ desktopNotifications: 'all', mobilePushNotifications: 'all', emailNotifications: 'all', t: 'l' },
        u: { _id: agent._id, username: agent.username },
        v: { _id: visitor._id },
      },
    ]);
    expect(await transcriptOf(service.db, rid)).toEqual(['livechat-started:', 'command:connected', 'uj:']);
  });

  it('gives the chat to the named agent', async () => {
    const agent = await insertAgent(service);
    const { rid } = await startChat(anyone);
    expect(
      (await takeAs({ api: admin }, (await inquiryOf(admin, rid))._id, { userId: agent._id })).status,
    ).toBe(200);
    expect((await storedRoom(service.db, rid)).servedBy?._id).toBe(agent._id);
  });

  it("finds no chat of a department that is not the caller's, unless they are a manager", async () => {
    const [member, other] = [await insertAgent(service), await insertAgent(service)];
    const manager = await insertAgent(service, { roles: ['user', 'livechat-agent', 'livechat-manager'] });
    const department = await createDepartment(admin, [member]);
    const unknown = ['Inquiry not found [error-not-found]', 'error-not-found'] as const;
    for (const taker of [member, manager]) {
      const { rid } = await startChat(anyone, { department });
      const { _id } = await inquiryOf(admin, rid);
      await refused(takeAs(other, _id), ...unknown);
      await refused(takeAs(other, _id, { userId: member._id }), ...unknown);
      expect((await storedRoom(service.db, rid)).servedBy).toBeUndefined();
      expect((await takeAs(taker, _id)).status).toBe(200);
    }
  });

  it('refuses an unknown inquiry and an unknown agent', async () => {
    const agent = await insertAgent(service);
    await refused(takeAs(agent, 'nowhere'), 'Inquiry not found [error-not-found]', 'error-not-found');
    const { rid } = await startChat(anyone);
    await refused(
      takeAs(agent, (await inquiryOf(admin, rid))._id, { userId: 'nobody' }),
      'The user is invalid',
    );
    const unnamed = await agent.api.post('livechat/inquiries.take');
    expect(unnamed.body.error).toBe("must have required property 'inquiryId' [invalid-params]");
  });

  it('refuses an inquiry that is taken, even to whoever has it', async () => {
    const [first, second] = [await insertAgent(service), await insertAgent(service)];
    const { rid } = await startChat(anyone);
    await take(first, rid);
    const { _id } = await inquiryOf(admin, rid);
    for (const agent of [second, first]) {
      await refused(takeAs(agent, _id), 'Inquiry already taken [error-inquiry-taken]', 'error-inquiry-taken');
    }
    expect((await storedRoom(service.db, rid)).servedBy?._id).toBe(first._id);
  });

  it('refuses an agent who is not available', async () => {
    await insertAgent(service);
    const { rid } = await startChat(anyone);
    const { _id } = await inquiryOf(admin, rid);
    const text = 'Agent status is offline or Omnichannel service is not active';
    const away = [{ statusLivechat: 'not-available' }, { status: 'offline' }, { roles: ['user'] }];
    for (const given of away) {
      const agent = await insertAgent(service, given);
      const answering = takeAs({ api: admin }, _id, { userId: agent._id });
      await refused(
        answering,
        `${text} [error-agent-status-service-offline]`,
        'error-agent-status-service-offline',
      );
    }
    expect(await inquiryOf(admin, rid)).toMatchObject({ status: 'queued' });
  });

  it('is not for users without the permission', async () => {
    expect((await takeAs({ api: outsider }, 'any')).status).toBe(403);
    expect((await takeAs({ api: anyone }, 'any')).status).toBe(401);
  });

  it('lets one of several agents win who take it at once', async () => {
    const agents = await Promise.all(Array.from({ length: 6 }, () => insertAgent(service)));
    const { rid } = await startChat(anyone);
    const { _id } = await inquiryOf(admin, rid);
    const answers = await Promise.all(agents.map((agent) => takeAs(agent, _id)));
    const winners = agents.filter((_, index) => answers[index]?.status === 200);
    expect(winners).toHaveLength(1);
    const losers = answers.filter(({ status }) => status !== 200);
    expect(losers.map(({ status, body }) => [status, body.errorType])).toEqual(
      losers.map(() => [400, 'error-inquiry-taken']),
    );
    const room = await storedRoom(service.db, rid);
    expect([room.servedBy?._id, room.usersCount]).toEqual([winners[0]?._id, 2]);
    expect((await seatsOf(rid)).map(({ u }) => u)).toMatchObject([{ _id: winners[0]?._id }]);
    expect(await transcriptOf(service.db, rid)).toEqual(['livechat-started:', 'command:connected', 'uj:']);
  });

  it('subscribes an agent once who takes it twice at once', async () => {
    const agent = await insertAgent(service);
    const { rid } = await startChat(anyone);
    const { _id } = await inquiryOf(admin, rid);
    const answers = await Promise.all([takeAs(agent, _id), takeAs(agent, _id), takeAs(agent, _id)]);
    expect(answers.some(({ status }) => status === 200)).toBe(true);
    expect(await seatsOf(rid)).toHaveLength(1);
    expect(await transcriptOf(service.db, rid)).toEqual(['livechat-started:', 'command:connected', 'uj:']);
  });

  it('finishes what an interrupted request left undone', async () => {
    const agent = await insertAgent(service);
    const { rid } = await startChat(anyone);
    const servedBy = { _id: agent._id, username: agent.username, ts: new Date() };
    await collection(service.db, 'room').updateOne({ _id: rid }, { $set: { servedBy } });
    expect((await takeAs(agent, (await inquiryOf(admin, rid))._id)).status).toBe(200);
    expect(await inquiryOf(admin, rid)).toMatchObject({ status: 'taken' });
    expect(await seatsOf(rid)).toHaveLength(1);
  });

  it('removes the inquiry of a room that was closed', async () => {
    const agent = await insertAgent(service);
    const { rid } = await startChat(anyone);
    await collection(service.db, 'room').updateOne({ _id: rid }, { $unset: { open: 1 } });
    await refused(
      takeAs(agent, (await inquiryOf(admin, rid))._id),
      'Inquiry not found [error-not-found]',
      'error-not-found',
    );
    expect(await inquiryOf(admin, rid)).toBeNull();
  });

  it('leaves no subscription and no inquiry behind in a room that is closed in the meantime', async () => {
    const agent = await insertAgent(service);
    const chats = await Promise.all(Array.from({ length: 12 }, () => startChat(anyone)));
    const waiting = await Promise.all(chats.map(({ rid }) => inquiryOf(admin, rid)));
    await Promise.all(
      chats.flatMap(({ rid, token }, index) => [
        takeAs(agent, waiting[index]._id),
        anyone.post('livechat/room.close', { token, rid }),
      ]),
    );
    for (const { rid } of chats) {
      expect(await storedRoom(service.db, rid)).not.toHaveProperty('open');
      expect(await seatsOf(rid)).toEqual([]);
      expect(await inquiryOf(admin, rid)).toBeNull();
    }
  });
});
