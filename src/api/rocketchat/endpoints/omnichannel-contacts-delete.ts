import { type RemoveContactDeps, removeContact } from '../../../domain/conversation/remove-contact.ts';
import { endpoint } from '../endpoint.ts';
import { params } from '../validation/params.ts';
import { object, string } from '../validation/schema.ts';

const accepted = params('typed', { body: object({ contactId: string('id') }) });

/** `POST omnichannel/contacts.delete`: forgets a contact and all visitors who write as them. */
export const omnichannelContactsDelete = (deps: RemoveContactDeps) =>
  endpoint({
    operationId: 'omnichannel-contacts-delete',
    method: 'post',
    path: '/omnichannel/contacts.delete',
    access: { kind: 'all-of', permissions: ['delete-livechat-contact'] },
    input: accepted,
    handle: async ({ contactId }) => {
      await removeContact(deps, contactId);
      return {};
    },
  });
