import type { Express } from 'express';
import type { Document } from 'mongodb';
import request from 'supertest';
import { headersOf } from '../../support/client.ts';
import { type Agent, insertAgent } from '../../support/conversations.ts';
import {
  oddInquiries,
  oddMessages,
  oddRooms,
  oddVisitors,
  roomVisitors,
} from '../../support/odd-documents.ts';
import { useService } from '../../support/use-service.ts';
import { insertUser } from '../../support/users.ts';
import { collection } from '../../support/visitors.ts';

const { service } = useService();
type Call = readonly [method: 'get' | 'post' | 'put' | 'delete', path: string, body?: Document];
const idsOf = (documents: readonly Document[]): string[] => documents.map(({ _id }) => String(_id));

let manager: Readonly<Record<string, string>>;
let agent: Agent;

beforeAll(async () => {
  const contents = {
    livechat_visitor: [...oddVisitors, ...roomVisitors],
    room: oddRooms,
    message: oddMessages,
    livechat_inquiry: oddInquiries,
  };
  for (const [name, documents] of Object.entries(contents))
    await service.db.collection(`rocketchat_${name}`).insertMany(documents);
  manager = headersOf(await insertUser(service, { roles: ['admin', 'livechat-agent'] }));
  agent = await insertAgent(service);
  const key = { _id: 'city', scope: 'visitor', label: 'City', searchable: true, visibility: 'visible' };
  await collection(service.db, 'livechat_custom_field').insertOne(key);
});

/** How many documents are busied at a time. */
const lanes = 8;

/**
 * Makes the calls, as the manager, those of one document in their order; gives those that were not answered well. What
 * is stored here is more than the contract promises of an answer, so that none is held against it.
 */
async function callAll(app: Express, byDocument: readonly (readonly Call[])[]): Promise<string[]> {
  const failed: string[] = [];
  const waiting = [...byDocument];
  const work = async () => {
    for (let calls = waiting.shift(); calls; calls = waiting.shift()) {
      for (const [method, path, body] of calls) {
        const { status } = await request(app)[method](`/api/v1/${path}`).set(manager).send(body);
        if (status >= 500) failed.push(`${method} ${path} ${status}`);
      }
    }
  };
  await Promise.all(Array.from({ length: lanes }, work));
  return failed;
}

it('odd visitors are listed, found and shown', async () => {
  const sorts = ['ts', 'name', 'username', 'lastChat.ts', 'phone', 'visitorEmails.address'];
  const calls = [
    sorts.map((sort): Call => ['get', `livechat/visitors.search?term=&count=0&sort={"${sort}":1}`]),
    ...['text', 'Odd', '5', 'köln', '55'].map((term): Call[] => [
      ['get', `livechat/visitors.search?term=${encodeURIComponent(term)}`],
      ['get', `livechat/visitors.autocomplete?selector=${encodeURIComponent(JSON.stringify({ term }))}`],
      ['get', `omnichannel/contact.search?phone=${encodeURIComponent(term)}`],
      ['get', `omnichannel/contact.search?custom=${encodeURIComponent(JSON.stringify({ city: term }))}`],
    ]),
    ...idsOf(oddVisitors).map((id): Call[] => [
      ['get', `livechat/visitors.info?visitorId=${id}`],
      ['get', `omnichannel/contact?contactId=${id}`],
      ['get', `livechat/visitor/token-${id}`],
    ]),
  ];
  expect(await callAll(service.app, calls)).toEqual([]);
});

it('odd rooms, messages and inquiries are listed and shown', async () => {
  const lists = ['', '?open=true', '?queued=true', '?roomName=Odd', '?sort={"closedAt":1}', '?tags=a'];
  const calls = [
    lists.map((query): Call => ['get', `livechat/rooms${query}`]),
    [['get', 'livechat/inquiries.list?count=0']] satisfies Call[],
    ...idsOf(oddRooms).map((id): Call[] => [
      ['get', `livechat/visitors.pagesVisited/${id}`],
      ['get', `livechat/visitors.chatHistory/room/${id}/visitor/of-${id}`],
      ['get', `livechat/visitors.searchChats/room/${id}/visitor/of-${id}?searchText=x`],
      ['get', `livechat/visitor/token-${id}/room`],
      ['get', `livechat/${id}/messages`],
      ['get', `livechat/messages.history/${id}?token=token-${id}`],
      ['get', `livechat/inquiries.getOne?roomId=${id}`],
    ]),
    idsOf(oddMessages).map((id): Call => {
      return ['get', `livechat/message/${id}?token=token-room-ts-none&rid=room-ts-none`];
    }),
  ];
  expect(await callAll(service.app, calls)).toEqual([]);
});

it('odd visitors register, set custom fields, chat and are deleted', async () => {
  const calls = idsOf(oddVisitors).map((id): Call[] => {
    const token = `token-${id}`;
    const field = { key: 'city', value: 'x', overwrite: false };
    return [
      ['post', 'livechat/visitor.status', { token, status: 'away' }],
      ['post', 'livechat/custom.field', { token, ...field }],
      ['post', 'livechat/custom.fields', { token, customFields: [{ ...field, overwrite: true }] }],
      ['get', `livechat/room?token=${token}`],
      ['post', 'livechat/visitor', { visitor: { token, customFields: [field] } }],
      ['post', 'omnichannel/contact', { token, name: 'Ann', customFields: { city: 'x' } }],
      ['post', 'livechat/visitor', { visitor: { token, name: 'Bo', email: `${id}@x.io`, phone: id } }],
      ['delete', `livechat/visitor/${token}`],
    ];
  });
  expect(await callAll(service.app, calls)).toEqual([]);
});

it('odd rooms are served until they are closed', async () => {
  const taken = idsOf(oddInquiries).map((inquiryId): Call[] => [
    ['post', 'livechat/inquiries.take', { inquiryId, userId: agent._id }],
  ]);
  const changed = idsOf(oddMessages).map((id): Call[] => {
    const room = { token: 'token-room-ts-none', rid: 'room-ts-none' };
    return [
      ['put', `livechat/message/${id}`, { ...room, msg: 'x' }],
      ['delete', `livechat/message/${id}`, room],
    ];
  });
  const served = idsOf(oddRooms).map((rid): Call[] => [
    ['get', `livechat/room?token=token-${rid}`],
    ['post', 'livechat/message', { token: `token-${rid}`, rid, msg: 'Call (11) 98765-4321' }],
    ['post', 'chat.sendMessage', { message: { rid, msg: 'Hi' } }],
    ['post', 'livechat/visitor', { visitor: { token: `token-${rid}`, name: 'Renamed' } }],
    ['post', 'livechat/room.closeByUser', { rid, comment: 'bye', tags: ['b'] }],
    ['post', 'livechat/room.close', { token: `token-${rid}`, rid }],
  ]);
  expect(await callAll(service.app, [...taken, ...changed, ...served])).toEqual([]);
});
