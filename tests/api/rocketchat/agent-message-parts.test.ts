import { type Agent, insertAgent, startChat } from '../../support/conversations.ts';
import { useService } from '../../support/use-service.ts';

const { service, anyone } = useService();

let agent: Agent;
let bot: Agent;
let rid: string;
let token: string;
beforeAll(async () => {
  agent = await insertAgent(service);
  bot = await insertAgent(service, { roles: ['bot', 'livechat-manager'] });
  ({ rid, token } = await startChat(anyone));
});

/** Sends a message with these parts, and gives the answer. */
async function send(given: object, sender = agent) {
  const { status, body } = await sender.api.post('chat.sendMessage', {
    message: { rid, msg: 'Look', ...given },
  });
  return { status, ...body };
}

const card = {
  color: '#ff0000',
  text: 'It leaves on Monday.',
  ts: '2026-01-31T08:15:30.123Z',
  title: 'Order 7',
  title_link: 'https://shop.example/orders/7',
  title_link_download: true,
  thumb_url: 'http://shop.example/7.png',
  image_dimensions: { width: 40, height: 30 },
  fields: [{ short: true, title: 'Pieces', value: 2 }],
  actions: [{ type: 'button', text: 'Track it', url: 'https://shop.example/track/7' }],
};

describe('attachments of an agent’s message', () => {
  it('are stored, and shown to the visitor', async () => {
    const { status, message } = await send({ attachments: [card], emoji: ':truck:' });
    expect({ status, message }).toMatchObject({
      status: 200,
      message: { msg: 'Look', attachments: [card], emoji: ':truck:' },
    });
    const { messages } = (await anyone.get(`livechat/messages.history/${rid}`, { token })).body;
    expect(messages[0]).toMatchObject({ _id: message._id, attachments: [card] });
  });

  it('keep what Rocket.Chat knows of them, without what is null', async () => {
    const { message } = await send({ attachments: [{ title: 'A', text: null, onclick: 'steal()' }] });
    expect(message.attachments).toEqual([{ title: 'A' }]);
  });

  it('may come by the method, too', async () => {
    const params = [{ rid, msg: '', attachments: [card] }];
    const call = JSON.stringify({ msg: 'method', id: '7', method: 'sendMessage', params });
    const { body } = await agent.api.post('method.call/sendMessage', { message: call });
    expect(JSON.parse(body.message).result).toMatchObject({ rid, attachments: [card] });
  });

  it.each([
    ['a title that is a number', { title: 7 }, 'Expected string, got number in field attachments[0].title'],
    ['fields that are no list', { fields: '' }, 'Expected array, got string in field attachments[0].fields'],
    [
      'a field without a value',
      { fields: [{ title: 'A' }] },
      "Missing key 'value' in field attachments[0].fields[0]",
    ],
    [
      'a time that is an object',
      { ts: { $date: 0 } },
      'Match.OneOf, Match.Maybe or Match.Optional validation failed in field attachments[0].ts',
    ],
  ])('are refused with %s', async (_, wrong, error) => {
    const { status, error: told } = await send({ attachments: [{ ...card, ...wrong }] });
    expect({ status, told }).toEqual({ status: 400, told: `Match error: ${error}` });
  });

  it.each([
    'message_link',
    'author_link',
    'author_icon',
    'title_link',
    'thumb_url',
    'image_url',
    'audio_url',
    'video_url',
  ])('are refused with a script as %s', async (name) => {
    for (const address of ['javascript:alert(1)', 'data:text/html,<script>', '//elsewhere.example/x']) {
      const { status, error } = await send({ attachments: [{ [name]: address }] });
      expect({ status, error }).toEqual({ status: 400, error: 'Invalid href value provided' });
    }
  });

  it('are refused with a script as the address of a button', async () => {
    const { status, error } = await send({ attachments: [{ actions: [{ url: 'javascript:alert(1)' }] }] });
    expect({ status, error }).toEqual({ status: 400, error: 'Invalid href value provided' });
  });
});

describe('another name or picture', () => {
  it('is for users with message-impersonate, such as bots', async () => {
    const look = { alias: 'The shop', avatar: 'https://shop.example/logo.png' };
    expect(await send(look, bot)).toMatchObject({ status: 200, message: look });
    for (const given of [{ alias: 'The shop' }, { avatar: '/images/logo.png' }])
      expect(await send(given)).toMatchObject({ status: 400, error: 'Not enough permission' });
  });

  it('is no script', async () => {
    const { status, error } = await send({ avatar: 'javascript:alert(1)' }, bot);
    expect({ status, error }).toEqual({ status: 400, error: 'Invalid href value provided' });
  });
});

describe('a message is refused', () => {
  it.each([
    ['of the system', { t: 'uj' }, "Cannot send system messages using 'chat.sendMessage'"],
    ['with custom fields', { customFields: { priority: 'low' } }, 'Custom fields not enabled'],
    ['without a room', { rid: null }, "The 'rid' property on the message object is missing."],
  ])('%s', async (_, given, error) => {
    expect(await send(given)).toMatchObject({ status: 400, error });
  });
});
