import { switchDepartment, type TransferRoomDeps } from '../../../domain/conversation/transfer-room.ts';
import { endpoint } from '../endpoint.ts';
import { params } from '../validation/params.ts';
import { object, string } from '../validation/schema.ts';

const body = object({ token: string('token'), rid: string('id'), department: string('id') });

const accepted = params('typed', { body });

/** `POST livechat/visitor/department.transfer`: a visitor moves their conversation to another department. */
export const livechatVisitorDepartmentTransfer = (deps: TransferRoomDeps) =>
  endpoint({
    operationId: 'livechat-visitor-department-transfer',
    method: 'post',
    path: '/livechat/visitor/department.transfer',
    access: { kind: 'public' },
    input: accepted,
    visitorToken: ({ token }) => token,
    handle: async ({ department, ...room }) => {
      await switchDepartment(deps, room, department);
      return {};
    },
  });
