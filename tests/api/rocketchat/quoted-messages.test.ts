import type { ApiClient } from '../../support/client.ts';
import { type Agent, insertAgent, say, startChat, withSetting } from '../../support/conversations.ts';
import { useService } from '../../support/use-service.ts';
import { collection } from '../../support/visitors.ts';

const { service, anyone, admin } = useService();

let agent: Agent;
beforeAll(async () => {
  agent = await insertAgent(service);
});

const linkTo = (rid: string, id: string) => `${service.deps.rootUrl()}/live/${rid}?msg=${id}`;

async function answer(rid: string, msg: string, api: ApiClient = agent.api) {
  const { body } = await api.post('chat.sendMessage', { message: { rid, msg } });
  return body.message;
}

describe('a message to which another one links', () => {
  it('is quoted in an attachment', async () => {
    const { rid, token, visitor } = await startChat(anyone);
    const asked = await say(anyone, token, rid, 'Is it here?');
    const link = linkTo(rid, asked._id);
    const { msg, attachments } = await answer(rid, `[ ](${link}) It is.`);
    expect(msg).toBe(`[ ](${link}) It is.`);
    expect(attachments).toEqual([
      {
        ...{ text: 'Is it here?', message_link: link, author_name: visitor.name },
        ...{ author_icon: `/avatar/${visitor.username}`, attachments: [], ts: asked.ts },
      },
    ]);
  });

  it('is quoted by visitors as well, from their own rooms', async () => {
    const mine = await startChat(anyone);
    const others = await startChat(anyone);
    const answered = await answer(mine.rid, 'On Monday');
    const secret = await answer(others.rid, 'Not for you');
    const text = `${linkTo(mine.rid, answered._id)} ${linkTo(others.rid, secret._id)}`;
    const { attachments } = await say(anyone, mine.token, mine.rid, text);
    expect(attachments).toMatchObject([{ text: 'On Monday', author_name: agent.username }]);
    expect(attachments).toHaveLength(1);
  });

  it('is not quoted to those who cannot read its room', async () => {
    const { rid, token } = await startChat(anyone);
    const asked = await say(anyone, token, rid, 'Is it here?');
    const colleague = await insertAgent(service, { statusLivechat: 'not-available' });
    const { rid: theirs } = await startChat(anyone);
    await collection(service.db, 'room').updateOne(
      { _id: theirs },
      { $set: { 'servedBy._id': colleague._id } },
    );
    const text = linkTo(rid, asked._id);
    expect(await answer(theirs, text, colleague.api)).not.toHaveProperty('attachments');
    expect(await answer(theirs, text, admin)).toMatchObject({ attachments: [{ text: 'Is it here?' }] });
  });
});

describe('a link is just a link', () => {
  it('to a message that does not exist, of the system, or elsewhere', async () => {
    const { rid } = await startChat(anyone);
    const system = await collection(service.db, 'message').findOne({ rid, t: 'uj' });
    const said = await answer(rid, 'Good day');
    const links = [
      linkTo(rid, 'nobodys'),
      linkTo(rid, String(system?._id)),
      `https://elsewhere.example/live/${rid}?msg=${said._id}`,
      `${service.deps.rootUrl()}/live/${rid}`,
      `${service.deps.rootUrl()}.example/live/${rid}?msg=${said._id}`,
    ];
    expect(await answer(rid, links.join(' '))).not.toHaveProperty('attachments');
  });

  it('after the fifth', async () => {
    const { rid } = await startChat(anyone);
    const said: string[] = [];
    for (let each = 0; each < 6; each += 1) said.push((await answer(rid, `Answer ${each}`))._id);
    const { attachments } = await answer(rid, said.map((id) => linkTo(rid, id)).join(' '));
    expect(attachments.map(({ text }: { text: string }) => text)).toEqual(
      [0, 1, 2, 3, 4].map((each) => `Answer ${each}`),
    );
  });
});

describe('a quotation of a quotation', () => {
  /** Three messages, of which each quotes the one before; gives what the last one says in its attachment. */
  async function quoteInQuote() {
    const { rid } = await startChat(anyone);
    const first = await answer(rid, 'One');
    const second = await answer(rid, linkTo(rid, first._id));
    const third = await answer(rid, linkTo(rid, second._id));
    const { attachments } = await answer(rid, linkTo(rid, third._id));
    return attachments[0].attachments;
  }

  it('ends where the site says', async () => {
    const [quoted] = await quoteInQuote();
    expect(quoted).toHaveProperty('message_link');
    expect(quoted).not.toHaveProperty('attachments');
    await withSetting(admin, 'Message_QuoteChainLimit', 3, async () => {
      expect(await quoteInQuote()).toMatchObject([{ attachments: [{ text: 'One' }] }]);
    });
    await withSetting(admin, 'Message_QuoteChainLimit', 1, async () => {
      expect(await quoteInQuote()).toEqual([]);
    });
  });
});
