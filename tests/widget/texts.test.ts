import request from 'supertest';
import { forWidgetHistory, forWidgetPush } from '../../src/domain/messages/widget-message.ts';
import { textOfWidget } from '../../src/domain/text/html.ts';
import { insertAgent, startChat } from '../support/conversations.ts';
import { useService } from '../support/use-service.ts';

const { service, anyone, admin } = useService();
const attack = '<img src=x onerror="alert(1)"> & more';

/** Asks below the widget's path. */
const widget = {
  get: (path: string) => request(service.app).get(`/livechat/api/v1/livechat/${path}`),
  post: (path: string, body: object) =>
    request(service.app).post(`/livechat/api/v1/livechat/${path}`).send(body),
};

beforeAll(() => insertAgent(service));

describe('what the widget posts', () => {
  it('is stored as the visitor typed it', async () => {
    const { rid, token } = await startChat(anyone);
    const posted =
      'Is &lt;b&gt;this&lt;/b&gt; &amp; that &quot;ok&quot;, &#x27;yes&#x27; &#x60;or&#x60; &amp;lt;?';

    const { status } = await widget.post('message', { token, rid, msg: posted });

    expect(status).toBe(200);
    const { messages } = (await anyone.get(`livechat/messages.history/${rid}`, { token })).body;
    expect(messages[0].msg).toBe(`Is <b>this</b> & that "ok", 'yes' \`or\` &lt;?`);
  });

  it('opens a room of the widget’s, without cookies', async () => {
    const { token } = (await startChat(anyone)).visitor;

    expect((await widget.get(`room?token=${token}`)).body.room.source).toEqual({ type: 'api' });
    await widget.post('visitor', { visitor: { token: 'of-the-widget' } });
    const { room } = (await widget.get('room?token=of-the-widget')).body;

    expect(room.source).toEqual({ type: 'widget', destination: expect.stringMatching(/^127\.0\.0\.1:/) });
  });

  it('is no different from what other clients post, who escape nothing', async () => {
    const { rid, token } = await startChat(anyone);

    const { body } = await anyone.post('livechat/message', { token, rid, msg: '&lt;b&gt; in HTML' });

    expect(body.message.msg).toBe('&lt;b&gt; in HTML');
  });
});

describe('what the widget gets', () => {
  it('has no HTML in the texts of the history, or of one message', async () => {
    const { rid, token } = await startChat(anyone);
    const { _id } = (await anyone.post('livechat/message', { token, rid, msg: attack })).body.message;

    const { messages } = (await widget.get(`messages.history/${rid}?token=${token}`)).body;
    const { message } = (await widget.get(`message/${_id}?token=${token}&rid=${rid}`)).body;

    const escaped = '&lt;img src=x onerror="alert(1)"&gt; &amp; more';
    expect([messages[0].msg, message.msg]).toEqual([escaped, escaped]);
    expect((await anyone.get(`livechat/message/${_id}`, { token, rid })).body.message.msg).toBe(attack);
  });

  it('has none in its configuration either, where it shows a text as a message', async () => {
    await service.db.collection<{ _id: string }>('rocketchat_livechat_trigger').insertOne({
      _id: 'trigger',
      enabled: true,
      actions: [{ name: 'send-message', params: { sender: 'custom', name: 'Ann', msg: attack } }],
    } as { _id: string });
    await admin.post('settings/Livechat_conversation_finished_message', { value: attack });
    await admin.post('settings/Livechat_conversation_finished_text', { value: attack });

    const { config } = (await widget.get('config')).body;

    const escaped = '&lt;img src=x onerror="alert(1)"&gt; &amp; more';
    expect(config.triggers[0].actions[0].params).toEqual({ sender: 'custom', name: 'Ann', msg: escaped });
    expect(config.messages).toMatchObject({
      conversationFinishedMessage: escaped,
      // The widget shows this one as it is.
      conversationFinishedText: attack,
    });
    expect((await anyone.get('livechat/config')).body.config.triggers[0].actions[0].params.msg).toBe(attack);
  });

  it('finds the sound of a new message', async () => {
    const { config } = (await widget.get('config')).body;
    expect(config.resources.sound).toBe('livechat/chime.wav');

    const { headers, body } = await request(service.app).get('/livechat/chime.wav');

    expect(headers['content-type']).toBe('audio/wav');
    expect(body.toString('latin1', 0, 4)).toBe('RIFF');
    expect(body.readUInt32LE(4)).toBe(body.length - 8);
  });
});

describe('a message for the widget', () => {
  const message = {
    msg: attack,
    ts: new Date(0),
    u: { name: attack },
    attachments: [{ text: '<b>', title: '<b>', attachments: [{ text: '&' }] }],
    blocks: [
      { type: 'section', text: { type: 'mrkdwn', text: '<i>' } },
      { type: 'section', text: { type: 'plain_text', text: '<u>' } },
    ],
  };
  const others = {
    ts: message.ts,
    u: message.u,
    attachments: [{ text: '&lt;b&gt;', title: '<b>', attachments: [{ text: '&amp;' }] }],
    blocks: [
      { type: 'section', text: { type: 'mrkdwn', text: '&lt;i&gt;' } },
      { type: 'section', text: { type: 'plain_text', text: '<u>' } },
    ],
  };

  it('from the history has every text escaped that the widget takes for HTML', () => {
    expect(forWidgetHistory(message)).toEqual({
      ...others,
      msg: expect.stringMatching(/^&lt;img .* &amp; more$/),
    });
  });

  it('that is pushed keeps its own text, which the widget escapes itself', () => {
    expect(forWidgetPush(message)).toEqual({ ...others, msg: attack });
  });

  it('that has just a text stays like that', () => {
    expect(forWidgetHistory({ msg: 'Hello' })).toEqual({ msg: 'Hello' });
    expect(textOfWidget('&nbsp;&lt&amp;amp;')).toBe('&nbsp;&lt&amp;');
  });
});
