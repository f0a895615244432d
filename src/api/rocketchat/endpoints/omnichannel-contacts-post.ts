import { type EnterContactDeps, enterContact } from '../../../domain/contacts/enter-contact.ts';
import { contactTexts } from '../contact-data.ts';
import { endpoint } from '../endpoint.ts';
import { params } from '../validation/params.ts';
import { nullable, object, optional, record, string } from '../validation/schema.ts';

const body = object({
  name: string('name'),
  emails: contactTexts('email'),
  phones: contactTexts('phone'),
  customFields: optional(nullable(record('fieldValue'))),
  contactManager: optional(nullable(string('id'))),
});

const accepted = params('legacy', { body });

/** `POST omnichannel/contacts`: an agent enters a person who has not written yet. */
export const omnichannelContactsPost = (deps: EnterContactDeps) =>
  endpoint({
    operationId: 'omnichannel-contacts-post',
    method: 'post',
    path: '/omnichannel/contacts',
    access: { kind: 'all-of', permissions: ['create-livechat-contact'] },
    input: accepted,
    handle: async ({ customFields, contactManager, ...contact }) => ({
      contactId: await enterContact(deps, {
        ...contact,
        customFields: customFields ?? {},
        contactManager: contactManager ?? undefined,
      }),
    }),
  });
