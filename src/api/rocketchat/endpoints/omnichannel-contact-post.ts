import { type SaveContactDeps, saveContact } from '../../../domain/conversation/save-contact.ts';
import { userOf } from '../../../http/user-of.ts';
import { endpoint } from '../endpoint.ts';
import { plainError } from '../errors.ts';
import { params } from '../validation/params.ts';
import { isPlainObject } from '../validation/plain-object.ts';
import { any, nullable, object, optional, string } from '../validation/schema.ts';

const body = object({
  _id: optional(nullable(string('id'))),
  token: string('token'),
  name: string('name'),
  email: optional(nullable(string('email'))),
  phone: optional(nullable(string('phone'))),
  username: optional(nullable(string('username'))),
  customFields: optional(any('fieldValue')),
  contactManager: optional(nullable(object({ username: string('username') }))),
});

const accepted = params('match', { body });

/** `POST omnichannel/contact`: an agent creates or changes the visitor with the token. */
export const omnichannelContactPost = (deps: SaveContactDeps) =>
  endpoint({
    operationId: 'omnichannel-contact-post',
    method: 'post',
    path: '/omnichannel/contact',
    access: { kind: 'all-of', permissions: ['view-l-room'] },
    input: accepted,
    handle: async ({ token, name, email, phone, username, customFields, contactManager }, caller) => {
      if (customFields !== undefined && customFields !== null && !isPlainObject(customFields)) {
        throw plainError('Match error: Expected object in field customFields');
      }
      const contact = await saveContact(deps, userOf(caller), {
        token,
        name,
        email: email ?? undefined,
        phone: phone ?? undefined,
        username: username ?? undefined,
        customFields: customFields ?? undefined,
        contactManager: contactManager ?? undefined,
      });
      return { contact: contact._id };
    },
  });
