import type { ContactChannel } from '../../../domain/contacts/contact.ts';
import { dateOf } from '../../../domain/dates.ts';
import type { Dependencies } from '../../../domain/dependencies.ts';
import { endpoint } from '../endpoint.ts';
import { params } from '../validation/params.ts';
import { object, string } from '../validation/schema.ts';

const accepted = params('legacy', { query: object({ contactId: string('id') }) });

/** `GET omnichannel/contacts.channels`: a contact's channels; of those with the same name, the last one used. */
export const omnichannelContactsChannels = ({ contactBook }: Pick<Dependencies, 'contactBook'>) =>
  endpoint({
    operationId: 'omnichannel-contacts-channels',
    method: 'get',
    path: '/omnichannel/contacts.channels',
    access: { kind: 'all-of', permissions: ['view-livechat-contact'] },
    input: accepted,
    handle: async ({ contactId }) => {
      const contact = await contactBook.findById(contactId);
      const oldestFirst = [...(contact?.channels ?? [])].sort((a, b) => lastUseOf(a) - lastUseOf(b));
      return { channels: [...new Map(oldestFirst.map((channel) => [channel.name, channel])).values()] };
    },
  });

const lastUseOf = ({ lastChat }: ContactChannel): number => dateOf(lastChat?.ts)?.getTime() ?? 0;
