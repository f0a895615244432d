import { listContacts } from '../../support/contacts.ts';
import { insertAgent, manualSelection, say, startChat, take } from '../../support/conversations.ts';
import { useService } from '../../support/use-service.ts';
import { collection, registerVisitor } from '../../support/visitors.ts';

const { service, anyone } = useService(manualSelection);

/** As after an earlier change, by whomever. */
const longAgo = { $set: { _updatedAt: new Date('2020-01-01') } };

it('every document tells when it was last changed, as Rocket.Chat expects', async () => {
  const agent = await insertAgent(service);
  const { visitor, token, rid } = await startChat(anyone);
  const stored = {
    livechat_visitor: { _id: visitor._id },
    livechat_contact: { 'channels.visitor.visitorId': visitor._id },
    livechat_inquiry: { rid },
    room: { _id: rid },
  };
  for (const [name, filter] of Object.entries(stored))
    await collection(service.db, name).updateOne(filter, longAgo);
  const before = Date.now();
  await registerVisitor(anyone, { token, name: 'Bea' });
  await say(anyone, token, rid, 'Hello');
  await take(agent, rid);
  for (const [name, filter] of Object.entries(stored)) {
    const document = await collection(service.db, name).findOne(filter);
    expect({ name, isNew: Number(document?._updatedAt) >= before }).toEqual({ name, isNew: true });
  }
  expect(await listContacts(service.db, visitor._id)).toMatchObject([{ name: 'Bea' }]);
});
