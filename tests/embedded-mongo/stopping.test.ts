// The server stops whatever its clients do.
import { once } from 'node:events';
import { connect } from 'node:net';
import { bodySection, message } from './raw-messages.ts';
import { startTestDatabase } from './test-database.ts';

it('stops although a client does not read the answer it asked for', async () => {
  const database = await startTestDatabase({ port: 0 });
  const items = database.client.db('d').collection('items');
  await items.insertMany(Array.from({ length: 150 }, () => ({ text: 'x'.repeat(100_000) })));
  const socket = connect(Number(new URL(database.url).port), '127.0.0.1');
  await once(socket, 'connect');
  socket.pause();
  socket.write(message(0, bodySection({ find: 'items', filter: {}, batchSize: 150, $db: 'd' })));
  const admin = database.client.db('admin');
  const queries = async (): Promise<number> => (await admin.command({ serverStatus: 1 })).opcounters.query;
  while ((await queries()) === 0);
  await database.stop();
  socket.destroy();
}, 20_000);
