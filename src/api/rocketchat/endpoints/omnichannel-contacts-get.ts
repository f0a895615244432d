import type { Dependencies } from '../../../domain/dependencies.ts';
import { endpoint } from '../endpoint.ts';
import { notFound } from '../errors.ts';
import { params } from '../validation/params.ts';
import { object, string } from '../validation/schema.ts';

const accepted = params('legacy', { query: object({ contactId: string('id') }) });

/** `GET omnichannel/contacts.get`: a contact. */
export const omnichannelContactsGet = ({ contactBook }: Pick<Dependencies, 'contactBook'>) =>
  endpoint({
    operationId: 'omnichannel-contacts-get',
    method: 'get',
    path: '/omnichannel/contacts.get',
    access: { kind: 'all-of', permissions: ['view-livechat-contact'] },
    input: accepted,
    handle: async ({ contactId }) => {
      const contact = await contactBook.findById(contactId);
      if (contact === null) throw notFound();
      return { contact };
    },
  });
