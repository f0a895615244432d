import type { Dependencies } from '../../../domain/dependencies.ts';
import { endpoint } from '../endpoint.ts';
import { params } from '../validation/params.ts';
import { object, string } from '../validation/schema.ts';

const query = object({ roomId: string() });

const accepted = params('legacy', { query });

/** `GET livechat/inquiries.getOne`: a room's inquiry, or null. */
export const livechatInquiriesGetOne = ({ inquiries }: Pick<Dependencies, 'inquiries'>) =>
  endpoint({
    operationId: 'livechat-inquiries-get-one',
    method: 'get',
    path: '/livechat/inquiries.getOne',
    access: { kind: 'all-of', permissions: ['view-l-room'] },
    input: accepted,
    handle: async ({ roomId }) => ({ inquiry: await inquiries.findByRoom(roomId) }),
  });
