import { findContact } from '../../../domain/contacts/find-contact.ts';
import type { Dependencies } from '../../../domain/dependencies.ts';
import { endpoint } from '../endpoint.ts';
import { foundBySearch } from '../envelope.ts';
import { meteorError } from '../errors.ts';
import { params } from '../validation/params.ts';
import { parseJson } from '../validation/parse-json.ts';
import { isPlainObject } from '../validation/plain-object.ts';
import { object, optional, string } from '../validation/schema.ts';

const query = object({
  email: optional(string('email')),
  phone: optional(string('phone')),
  custom: optional(string('queryJson')),
});

const accepted = params('match', { query });

/**
 * `GET omnichannel/contact.search`: the visitor with an e-mail address, a phone number, or a part of a custom field. A
 * header says if nobody has been found yet among those read so far.
 */
export const omnichannelContactSearch = ({ visitorSearch }: Pick<Dependencies, 'visitorSearch'>) =>
  endpoint({
    operationId: 'omnichannel-contact-search',
    method: 'get',
    path: '/omnichannel/contact.search',
    access: { kind: 'all-of', permissions: ['view-l-room'] },
    input: accepted,
    handle: async ({ email, phone, custom }, { signal }) => {
      const customFields = custom ? readCustomFields(custom) : {};
      if (!email && !phone && Object.keys(customFields).length === 0)
        throw meteorError('error-invalid-params');
      const criteria = { email: email || undefined, phone: phone || undefined, customFields };
      const found = await findContact({ visitorSearch }, criteria, signal);
      return foundBySearch({ contact: found.visitor }, found);
    },
  });

function readCustomFields(text: string): Record<string, unknown> {
  const refusal = () => meteorError('error-invalid-params-custom');
  const fields = parseJson(text, refusal);
  if (!isPlainObject(fields)) throw refusal();
  return fields;
}
