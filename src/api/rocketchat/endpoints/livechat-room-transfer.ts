import { switchDepartment, type TransferRoomDeps } from '../../../domain/conversation/transfer-room.ts';
import { endpoint } from '../endpoint.ts';
import { params } from '../validation/params.ts';
import { object, string } from '../validation/schema.ts';

const body = object({ rid: string('id'), token: string('token'), department: string('id') });

const accepted = params('legacy', { body });

/** `POST livechat/room.transfer`, up to 7.x: a visitor moves their conversation to another department. */
export const livechatRoomTransfer = (deps: TransferRoomDeps) =>
  endpoint({
    operationId: 'livechat-room-transfer',
    method: 'post',
    path: '/livechat/room.transfer',
    access: { kind: 'public' },
    input: accepted,
    visitorToken: ({ token }) => token,
    handle: async ({ department, ...room }) => ({ room: await switchDepartment(deps, room, department) }),
  });
