import { emailTerm, phoneTerm } from '../../../domain/contacts/list-contacts.ts';
import type { Dependencies } from '../../../domain/dependencies.ts';
import { endpoint } from '../endpoint.ts';
import { params } from '../validation/params.ts';
import { exactlyOneOf, object, string } from '../validation/schema.ts';

const byId = object({ contactId: string('id') });
const byEmail = object({ email: string('email') });
const byPhone = object({ phone: string('phone') });
const accepted = params('legacy', { query: exactlyOneOf(byId, byEmail, byPhone) });

/** `GET omnichannel/contacts.checkExistence`: whether there is a contact with an id, an address or a number. */
export const omnichannelContactsCheckExistence = ({
  contactBook,
  settings,
}: Pick<Dependencies, 'contactBook' | 'settings'>) =>
  endpoint({
    operationId: 'omnichannel-contacts-check-existence',
    method: 'get',
    path: '/omnichannel/contacts.checkExistence',
    access: { kind: 'all-of', permissions: ['view-livechat-contact'] },
    input: accepted,
    handle: async (asked) => {
      if ('contactId' in asked) return { exists: (await contactBook.findById(asked.contactId)) !== null };
      const term = 'email' in asked ? emailTerm(asked.email) : phoneTerm(asked.phone, settings);
      return { exists: await contactBook.has(term) };
    },
  });
