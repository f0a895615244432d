import { AppError } from '../../../domain/errors.ts';
import { readRoomEvent } from './room-event.ts';
import type { Seats } from './seats.ts';
import type { Stream } from './stream.ts';

/**
 * `stream-notify-user`: what concerns a user alone, by `<user id>/<event>`: `subscriptions-changed` and
 * `rooms-changed`. Other events never occur.
 */
export const notifyUser = (seats: Seats): Stream => ({
  name: 'stream-notify-user',
  open: async (request) => {
    const { rid: userId, event } = readRoomEvent(request.eventName);
    const isOwn = () => request.client.user?._id === userId;
    if (!isOwn()) throw new AppError('not-allowed');
    if (event === 'subscriptions-changed' || event === 'rooms-changed') return seats.watch(request, event);
    return { stop: () => undefined, isStillAllowed: isOwn };
  },
});

/** A stream whose events never occur here; clients subscribe to it before they do anything else. */
export const silent = (name: string, isForUsers: boolean): Stream => ({
  name,
  open: async ({ client }) => {
    const isAllowed = () => !isForUsers || client.user !== undefined;
    if (!isAllowed()) throw new AppError('not-allowed');
    return { stop: () => undefined, isStillAllowed: isAllowed };
  },
});
