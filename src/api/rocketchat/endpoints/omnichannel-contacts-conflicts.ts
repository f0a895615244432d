import { type EditContactDeps, resolveConflicts } from '../../../domain/conversation/edit-contact.ts';
import { endpoint } from '../endpoint.ts';
import { params } from '../validation/params.ts';
import { boolean, nullable, object, optional, record, string } from '../validation/schema.ts';

const body = object({
  contactId: string('id'),
  name: optional(nullable(string('name'))),
  contactManager: optional(nullable(string('id'))),
  customFields: optional(record('fieldValue')),
  wipeConflicts: optional(nullable(boolean())),
});

const accepted = params('legacy', { body });

/** `POST omnichannel/contacts.conflicts`: an agent says what is right where a contact's visitors differ from it. */
export const omnichannelContactsConflicts = (deps: EditContactDeps) =>
  endpoint({
    operationId: 'omnichannel-contacts-conflicts',
    method: 'post',
    path: '/omnichannel/contacts.conflicts',
    access: { kind: 'all-of', permissions: ['update-livechat-contact'] },
    input: accepted,
    handle: async ({ contactId, name, contactManager, customFields, wipeConflicts }) => ({
      contact: await resolveConflicts(deps, contactId, {
        name: name ?? undefined,
        contactManager: contactManager ?? undefined,
        customFields,
        wipesConflicts: wipeConflicts === true,
      }),
    }),
  });
