import type { Dependencies } from '../../../domain/dependencies.ts';
import { AppError } from '../../../domain/errors.ts';
import { failureOf } from '../../../http/failure.ts';
import type { Serving } from '../../../http/serve.ts';
import type { Refusal } from '../../../realtime/ddp/connection.ts';
import type { SocketsParts } from '../../../realtime/ddp/sockets.ts';
import { isAllowedOrigin } from '../cors.ts';
import { MethodError } from '../methods/method.ts';
import { refusal } from '../methods/refused-call.ts';
import { socketMethodRegistry } from '../methods/registry.ts';
import { livechatRoom, notifyRoom, roomMessages } from './room-streams.ts';
import { Rooms } from './rooms.ts';
import { SocketClient, type SocketClientParts } from './socket-client.ts';

type ServingParts = Pick<
  Serving,
  'logger' | 'rateLimiter' | 'withOutageDeadline' | 'databaseFaultOf' | 'forwardedCount'
>;

const minuteMs = 60_000;
/** How many requests over sockets count like one call of a visitor's: a widget that opens a chat makes a dozen. */
const requestsPerCall = 10;

/** Rocket.Chat's realtime API: what sockets are accepted, and what their clients can call and subscribe to. */
export function rocketChatSockets(deps: Dependencies, serving: ServingParts): SocketsParts {
  const rooms = new Rooms(deps);
  const streams = [roomMessages(rooms), notifyRoom(rooms), livechatRoom(rooms)];
  const parts: SocketClientParts = {
    callMethod: socketMethodRegistry(deps),
    streams: new Map(streams.map((stream) => [stream.name, stream])),
    rooms,
    guard: (work) => guarded(work, serving),
  };
  const { ids, settings } = deps;
  return {
    forwardedCount: serving.forwardedCount,
    accept: (connection) => new SocketClient(connection, parts),
    isAllowedOrigin: (origin) => isAllowedOrigin(settings, origin),
    socketsPerAddress: () => settings.get('Foyer_Sockets_Per_Address'),
    countRequest: (network) => tooMany(network, deps, serving),
    newId: () => ids.meteorId(),
  };
}

/** Tells refusals and outages, which are thrown, from faults of the service, which are logged. */
async function guarded<T>(
  work: () => Promise<T>,
  { logger, withOutageDeadline, databaseFaultOf }: ServingParts,
): Promise<T | undefined> {
  try {
    return await withOutageDeadline(work);
  } catch (error) {
    if (error instanceof MethodError || error instanceof AppError) throw error;
    if (failureOf(error, databaseFaultOf).kind === 'outage') {
      logger.warn({ err: error }, 'the database is unavailable');
      throw error;
    }
    logger.error({ err: error }, 'unexpected error');
    return undefined;
  }
}

function tooMany(
  network: string,
  { settings }: Pick<Dependencies, 'settings'>,
  { rateLimiter }: ServingParts,
): Refusal | undefined {
  const calls = settings.get('Foyer_Rate_Limiter_Visitor_Calls');
  const visitors = settings.get('Foyer_Rate_Limiter_Visitors_Per_Address');
  const most = calls * visitors * requestsPerCall;
  const quota = rateLimiter(`sockets ${network}`, { most, perMs: minuteMs });
  if (!quota?.isExceeded) return undefined;
  const { waitSeconds } = quota;
  return refusal(
    'too-many-requests',
    `Error, too many requests. Please slow down. You must wait ${waitSeconds} seconds before trying again.`,
    { timeToReset: waitSeconds * 1_000 },
  );
}
