import type { Dependencies } from '../../../domain/dependencies.ts';
import { withoutToken } from '../../../domain/visitors/get-visitor.ts';
import { endpoint } from '../endpoint.ts';
import { params } from '../validation/params.ts';
import { object, string } from '../validation/schema.ts';

const accepted = params('match', { query: object({ contactId: string('id') }) });

/** `GET omnichannel/contact`: a visitor by id, without the token; null if unknown. */
export const omnichannelContactGet = ({ visitors }: Pick<Dependencies, 'visitors'>) =>
  endpoint({
    operationId: 'omnichannel-contact-get',
    method: 'get',
    path: '/omnichannel/contact',
    access: { kind: 'all-of', permissions: ['view-l-room'] },
    input: accepted,
    handle: async ({ contactId }) => {
      const visitor = await visitors.findEnabledById(contactId);
      return { contact: visitor && withoutToken(visitor) };
    },
  });
