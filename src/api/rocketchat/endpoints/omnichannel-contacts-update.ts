import { type EditContactDeps, reviseContact } from '../../../domain/conversation/edit-contact.ts';
import { contactTexts } from '../contact-data.ts';
import { endpoint } from '../endpoint.ts';
import { params } from '../validation/params.ts';
import { boolean, nullable, object, optional, record, string } from '../validation/schema.ts';

const body = object({
  contactId: string('id'),
  name: optional(string('name')),
  emails: optional(nullable(contactTexts('email'))),
  phones: optional(nullable(contactTexts('phone'))),
  customFields: optional(nullable(record('fieldValue'))),
  contactManager: optional(nullable(string('id'))),
  wipeConflicts: optional(nullable(boolean())),
});

const accepted = params('legacy', { body });

/** `POST omnichannel/contacts.update`: an agent saves a contact, whose rooms are renamed with it. */
export const omnichannelContactsUpdate = (deps: EditContactDeps) =>
  endpoint({
    operationId: 'omnichannel-contacts-update',
    method: 'post',
    path: '/omnichannel/contacts.update',
    access: { kind: 'all-of', permissions: ['update-livechat-contact'] },
    input: accepted,
    handle: async ({ contactId, name, emails, phones, customFields, contactManager, wipeConflicts }) => ({
      contact: await reviseContact(deps, contactId, {
        name,
        emails: emails ?? undefined,
        phones: phones ?? undefined,
        customFields: customFields ?? undefined,
        contactManager: contactManager ?? undefined,
        wipesConflicts: wipeConflicts === true,
      }),
    }),
  });
