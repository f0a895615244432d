import { EventEmitter } from 'node:events';
import type { MongoClient } from 'mongodb';
import { connectDatabase } from '../../../src/storage/mongodb/client.ts';
import { observeConnections } from '../../../src/storage/mongodb/observe-connections.ts';
import { freshDatabaseUrl } from '../../support/service.ts';

describe("the driver's connections", () => {
  it('tell how long each command took, and that the database was heard from', async () => {
    const waits: number[] = [];
    const uses: number[] = [];
    const database = await connectDatabase(freshDatabaseUrl(), {
      awaited: (ms) => waits.push(ms),
      used: (ms) => uses.push(ms),
    });
    try {
      const [usesBefore, startedAt] = [uses.length, performance.now()];
      await database.db.collection<{ _id: string }>('things').findOne({ _id: 'none' });
      expect([uses.length - usesBefore, waits.length]).toEqual([1, uses.length]);
      expect(database.lastHeardAt()).toBeGreaterThanOrEqual(startedAt);
    } finally {
      await database.close();
    }
  });

  it('bring no answer when they break', () => {
    const driver = new EventEmitter();
    const lastHeardAt = observeConnections(driver as unknown as MongoClient, undefined);
    const connection = { address: 'db:27017', connectionId: 1 };
    driver.emit('connectionCheckedOut', { ...connection, durationMS: 0 });
    driver.emit('connectionCheckedIn', connection);
    const answeredAt = lastHeardAt();
    driver.emit('connectionCheckedOut', { ...connection, durationMS: 0 });
    driver.emit('connectionCheckedIn', connection);
    expect(lastHeardAt()).toBeGreaterThan(answeredAt);
    driver.emit('connectionClosed', { ...connection, reason: 'error' });
    expect(lastHeardAt()).toBe(answeredAt);
  });
});
