import type { Dependencies } from '../../../domain/dependencies.ts';
import { AppError, OverloadedError } from '../../../domain/errors.ts';
import { failureOf } from '../../../http/failure.ts';
import type { Quota } from '../../../http/rate-limit.ts';
import type { Serving } from '../../../http/serve.ts';
import type { Refusal } from '../../../realtime/ddp/connection.ts';
import type { SocketsParts } from '../../../realtime/ddp/sockets.ts';
import { isAllowedOrigin } from '../cors.ts';
import { MethodError } from '../methods/method.ts';
import { refusal } from '../methods/refused-call.ts';
import { socketMethodRegistry } from '../methods/registry.ts';
import { InquiryQueue, inquiryQueue } from './inquiry-queue.ts';
import { notifyUser, silent } from './notify-user.ts';
import { livechatRoom, notifyRoom, roomMessages } from './room-streams.ts';
import { Rooms } from './rooms.ts';
import { Seats } from './seats.ts';
import { SocketClient, type SocketClientParts } from './socket-client.ts';
import type { Stream } from './stream.ts';
import { UserSessions } from './user-sessions.ts';
import { VisitorsOnSockets } from './visitors-on-sockets.ts';

type ServingParts = Pick<
  Serving,
  'logger' | 'rateLimiter' | 'withOutageDeadline' | 'databaseFaultOf' | 'forwardedCount'
>;

const minuteMs = 60_000;
/** How many requests over sockets count like one call of a visitor's: a widget that opens a chat makes a dozen. */
const requestsPerCall = 10;

/** Rocket.Chat's realtime API: what sockets are accepted, and what their clients can call and subscribe to. */
export function rocketChatSockets(deps: Dependencies, serving: ServingParts): SocketsParts {
  const onFault = (error: unknown) => void reportFault(error, serving);
  const rooms = new Rooms(deps, new VisitorsOnSockets(deps, onFault), onFault);
  const parts: SocketClientParts = {
    callMethod: socketMethodRegistry(deps),
    streams: streamsOf(deps, rooms),
    rooms,
    bans: deps.bans,
    userSessions: new UserSessions(deps, onFault),
    countLogin: (network) => countLogin(network, deps, serving),
    guard: (work) => guarded(work, serving),
  };
  const { ids, settings } = deps;
  return {
    forwardedCount: serving.forwardedCount,
    accept: (connection) => new SocketClient(connection, parts),
    isAllowedOrigin: (origin) => isAllowedOrigin(settings, origin),
    socketsPerAddress: () => settings.get('Foyer_Sockets_Per_Address'),
    countRequest: (network) => countRequest(network, deps, serving),
    newId: () => ids.meteorId(),
    stop: () => rooms.stop(),
  };
}

function streamsOf(deps: Dependencies, rooms: Rooms): ReadonlyMap<string, Stream> {
  const seats = new Seats(deps);
  const streams = [
    roomMessages(rooms, seats),
    notifyRoom(rooms),
    livechatRoom(rooms),
    notifyUser(seats),
    inquiryQueue(new InquiryQueue(deps)),
    silent('stream-notify-all', false),
    silent('stream-notify-logged', true),
  ];
  return new Map(streams.map((stream) => [stream.name, stream]));
}

/** Tells refusals and outages, which are thrown, from faults of the service, which are logged. */
async function guarded<T>(work: () => Promise<T>, serving: ServingParts): Promise<T | undefined> {
  try {
    return await serving.withOutageDeadline(work);
  } catch (error) {
    if (error instanceof MethodError || error instanceof AppError) throw error;
    if (reportFault(error, serving) === 'outage') throw error;
    return undefined;
  }
}

/** Logs what is neither a refusal nor the client's doing. */
function reportFault(error: unknown, { logger, databaseFaultOf }: ServingParts): 'outage' | 'crash' {
  if (error instanceof OverloadedError) {
    logger.debug({ err: error }, 'there is too much to do at once');
    return 'outage';
  }
  if (failureOf(error, databaseFaultOf).kind === 'outage') {
    logger.warn({ err: error }, 'the database is unavailable');
    return 'outage';
  }
  logger.error({ err: error }, 'unexpected error');
  return 'crash';
}

type LimitDeps = Pick<Dependencies, 'settings'>;

function countRequest(network: string, { settings }: LimitDeps, serving: ServingParts): Refusal | undefined {
  const calls = settings.get('Foyer_Rate_Limiter_Visitor_Calls');
  const visitors = settings.get('Foyer_Rate_Limiter_Visitors_Per_Address');
  const limit = { most: calls * visitors * requestsPerCall, perMs: minuteMs };
  return refusalOver(serving.rateLimiter(`sockets ${network}`, limit));
}

/** Logins over sockets and over HTTP (`RequestLimits`) are counted together. */
function countLogin(network: string, { settings }: LimitDeps, serving: ServingParts): Refusal | undefined {
  if (!settings.get('API_Enable_Rate_Limiter')) return undefined;
  const most = settings.get('API_Enable_Rate_Limiter_Limit_Calls_Default');
  const perMs = settings.get('API_Enable_Rate_Limiter_Limit_Time_Default');
  return refusalOver(serving.rateLimiter(`login ${network} `, { most, perMs }));
}

function refusalOver(quota: Quota | undefined): Refusal | undefined {
  if (!quota?.isExceeded) return undefined;
  const { waitSeconds } = quota;
  return refusal(
    'too-many-requests',
    `Error, too many requests. Please slow down. You must wait ${waitSeconds} seconds before trying again.`,
    { timeToReset: waitSeconds * 1_000 },
  );
}
