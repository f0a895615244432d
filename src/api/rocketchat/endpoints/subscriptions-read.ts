import type { Dependencies } from '../../../domain/dependencies.ts';
import { userOf } from '../../../http/user-of.ts';
import { endpoint } from '../endpoint.ts';
import { plainError } from '../errors.ts';
import { params } from '../validation/params.ts';
import { anyOf, boolean, nullable, object, optional, string } from '../validation/schema.ts';

// Threads, of which livechat rooms have none, are accepted and ignored.
const readThreads = optional(nullable(boolean()));
const byRid = object({ rid: string('id'), readThreads });
const byRoomId = object({ roomId: string('id'), readThreads });

const accepted = params('legacy', { body: anyOf(byRid, byRoomId) });

/** `POST subscriptions.read`: the caller has read a livechat room; without effect if they are not subscribed to it. */
export const subscriptionsRead = ({ rooms, subscriptions }: Pick<Dependencies, 'rooms' | 'subscriptions'>) =>
  endpoint({
    operationId: 'subscriptions-read',
    method: 'post',
    path: '/subscriptions.read',
    access: { kind: 'user' },
    input: accepted,
    handle: async (given, caller) => {
      const roomId = 'rid' in given ? given.rid : given.roomId;
      if ((await rooms.findById(roomId)) === null) throw plainError('error-invalid-subscription');
      await subscriptions.markRead(roomId, userOf(caller)._id);
      return {};
    },
  });
