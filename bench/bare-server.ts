// What a page view and a visitor cost without the service: just Express and the driver.

import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { MongoClient } from 'mongodb';
import type { Message } from '../src/domain/messages/message.ts';
import type { Visitor } from '../src/domain/visitors/visitor.ts';

const [url = ''] = process.argv.slice(2);
const client = await new MongoClient(url, {
  ignoreUndefined: true,
  writeConcern: { w: 'majority', journal: true },
}).connect();
const messages = client.db().collection<Message>('rocketchat_message');
const visitors = client.db().collection<Visitor>('rocketchat_livechat_visitor');

const app = express();
app.post('/api/v1/livechat/page.visited', express.json(), async (req, res) => {
  const { token, pageInfo } = req.body;
  const now = new Date();
  const message: Message = {
    _id: randomBytes(12).toString('hex'),
    t: 'livechat_navigation_history',
    ts: now,
    msg: `${pageInfo.title} - ${pageInfo.location.href}`,
    u: { _id: 'rocket.cat', username: 'rocket.cat', name: 'Rocket.Cat' },
    groupable: false,
    navigation: { page: pageInfo, token },
    expireAt: now.getTime() + 2_592_000_000,
    _hidden: true,
    _updatedAt: now,
  };
  await messages.insertOne(message);
  res.json({ page: { msg: message.msg, navigation: message.navigation }, success: true });
});
app.get('/api/v1/livechat/visitors.info', async (req, res) => {
  const visitor = await visitors.findOne({ _id: String(req.query.visitorId) });
  res.json({ visitor, success: true });
});
app.get('/metrics', (_req, res) => {
  res.send(`process_resident_memory_bytes ${process.memoryUsage.rss()}\n`);
});

const server = app.listen(0, '127.0.0.1');
await once(server, 'listening');
console.log(`http://localhost:${(server.address() as AddressInfo).port}/docs`);
