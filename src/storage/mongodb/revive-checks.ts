import type { MongoClient, ServerType } from 'mongodb';
import { pause } from './pause.ts';

const defaultTickMs = 1_000;

/** A health check takes a second and a half at most, and the next one begins half a second later. */
const silentTicks = 5;

const writableTypes: ReadonlySet<ServerType> = new Set(['Standalone', 'RSPrimary', 'Mongos', 'LoadBalancer']);

type Reopened = Pick<MongoClient, 'on' | 'close' | 'connect'>;

/**
 * Connects a client anew if the driver no longer looks whether a server is back. It stops to do so, for ever, if the
 * connection for that ends in the moment before it is written to: up to 7.9 at least, the driver then waits for the
 * closed socket to drain. Nothing is cut off by it, since it is done only while there is no server to write to.
 * @returns a function that ends this.
 */
export function reviveChecks(client: Reopened, tickMs = defaultTickMs): () => Promise<void> {
  /** How long nothing has been heard of the checks of a server, by its address. Counted, as this process may sleep. */
  const silence = new Map<string, number>();
  let isServed = true;
  const heard = ({ connectionId }: { readonly connectionId: string }) => void silence.set(connectionId, 0);
  client.on('serverHeartbeatStarted', heard);
  client.on('serverHeartbeatSucceeded', heard);
  client.on('serverHeartbeatFailed', heard);
  client.on('serverClosed', ({ address }) => void silence.delete(address));
  client.on('topologyDescriptionChanged', ({ newDescription }) => {
    isServed = [...newDescription.servers.values()].some(({ type }) => writableTypes.has(type));
  });
  const stopping = new AbortController();
  let reopening: Promise<void> | undefined;
  const tick = (): void => {
    for (const [address, ticks] of silence) silence.set(address, ticks + 1);
    const isDead = [...silence.values()].some((ticks) => ticks > silentTicks);
    if (isServed || !isDead || reopening) return;
    silence.clear();
    reopening = reopen(client, tickMs, stopping.signal).finally(() => {
      reopening = undefined;
    });
  };
  const timer = setInterval(tick, tickMs).unref();
  return async () => {
    clearInterval(timer);
    stopping.abort();
    await reopening;
  };
}

async function reopen(client: Reopened, pauseMs: number, signal: AbortSignal): Promise<void> {
  // Whatever closing says: what cannot be closed properly is replaced all the same.
  await client.close().catch(() => undefined);
  while (!signal.aborted) {
    try {
      await client.connect();
      return;
    } catch {
      await pause(pauseMs, signal);
    }
  }
}
