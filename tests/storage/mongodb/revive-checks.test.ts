import { EventEmitter } from 'node:events';
import type { MongoClient } from 'mongodb';
import { reviveChecks } from '../../../src/storage/mongodb/revive-checks.ts';

const tickMs = 5;
const ticks = (count: number) => new Promise((resolve) => setTimeout(resolve, count * tickMs));

/** What the driver tells, and whether a server can be connected to. */
class FakeClient extends EventEmitter {
  canClose = true;
  canConnect = true;
  readonly calls: string[] = [];

  async close(): Promise<void> {
    this.calls.push('close');
    if (!this.canClose) throw new Error('it cannot be closed');
  }
  async connect(): Promise<void> {
    this.calls.push('connect');
    if (!this.canConnect) throw new Error('there is no server');
  }
  checks(address = 'a:1'): void {
    this.emit('serverHeartbeatStarted', { connectionId: address });
  }
  isServedBy(...types: string[]): void {
    const servers = new Map(types.map((type, index) => [`${index}`, { type }]));
    this.emit('topologyDescriptionChanged', { newDescription: { servers } });
  }
}

describe('the health checks of a client', () => {
  let client: FakeClient;
  let stop: () => Promise<void>;
  beforeEach(() => {
    client = new FakeClient();
    stop = reviveChecks(client as unknown as MongoClient, tickMs);
  });
  afterEach(() => stop());

  it('are begun anew if they have stopped while there is no server', async () => {
    client.checks();
    client.isServedBy('Unknown');
    while (client.calls.length < 2) await ticks(1);
    expect(client.calls).toEqual(['close', 'connect']);
  });

  it('are begun anew even if what there was cannot be closed', async () => {
    client.canClose = false;
    client.checks();
    client.isServedBy('Unknown');
    while (client.calls.length < 2) await ticks(1);
    expect(client.calls).toEqual(['close', 'connect']);
  });

  it('are begun anew until a server is back', async () => {
    client.canConnect = false;
    client.checks();
    client.isServedBy('Unknown', 'RSSecondary');
    while (client.calls.length < 4) await ticks(1);
    client.canConnect = true;
    await ticks(5);
    const { length } = client.calls;
    await ticks(20);
    expect(client.calls).toHaveLength(length);
    expect(new Set(client.calls.slice(1))).toEqual(new Set(['connect']));
  });

  it('are left alone while they go on, or there is a server to write to, or the server has left', async () => {
    client.isServedBy('Unknown');
    for (let i = 0; i < 20; i += 1) {
      client.checks();
      await ticks(1);
    }
    client.isServedBy('RSSecondary', 'RSPrimary');
    await ticks(20);
    client.emit('serverClosed', { address: 'a:1' });
    client.isServedBy('Unknown');
    await ticks(20);
    expect(client.calls).toEqual([]);
  });

  it('are not begun anew once the service has stopped', async () => {
    client.canConnect = false;
    client.checks();
    client.isServedBy('Unknown');
    while (client.calls.length < 2) await ticks(1);
    await stop();
    const { length } = client.calls;
    await ticks(10);
    expect(client.calls).toHaveLength(length);
  });
});
