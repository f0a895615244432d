import { returnToQueue, type TransferRoomDeps } from '../../../domain/conversation/transfer-room.ts';
import { userOf } from '../../../http/user-of.ts';
import { nullable, string } from '../validation/schema.ts';
import { method } from './method.ts';

/** `livechat:returnAsInquiry`: an agent puts a conversation back into the queue; false if nobody serves it. */
export const returnAsInquiry = (deps: TransferRoomDeps) =>
  method({
    name: 'livechat:returnAsInquiry',
    access: { kind: 'all-of', permissions: ['view-l-room'] },
    parameters: [string('id'), nullable(string('id'))],
    handle: ([roomId, departmentId], caller) =>
      returnToQueue(deps, userOf(caller), roomId, departmentId || undefined),
  });
