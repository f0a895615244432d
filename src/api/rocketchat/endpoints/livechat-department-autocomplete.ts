import type { Dependencies } from '../../../domain/dependencies.ts';
import { mapEach } from '../../../domain/paging.ts';
import { userOf } from '../../../http/user-of.ts';
import { listEndpoint } from '../endpoint.ts';
import { ItemList } from '../envelope.ts';
import { plainError } from '../errors.ts';
import { params } from '../validation/params.ts';
import { nullable, openObject, optional, string } from '../validation/schema.ts';
import { readSelector } from '../validation/selector.ts';

const flag = optional(nullable(string('word')));
const query = openObject({
  selector: optional(string('queryJson')),
  onlyMyDepartments: flag,
  showArchived: flag,
});

const accepted = params('legacy', { query });

/** `GET livechat/department.autocomplete`: ids and names of the departments with the selector's term in their name. */
export const livechatDepartmentAutocomplete = ({ departments }: Pick<Dependencies, 'departments'>) =>
  listEndpoint({
    operationId: 'livechat-department-autocomplete',
    method: 'get',
    path: '/livechat/department.autocomplete',
    access: { kind: 'any-of', permissions: ['view-livechat-departments', 'view-l-room'] },
    input: accepted,
    handle: async ({ selector, onlyMyDepartments, showArchived }, caller) => {
      if (!selector) throw plainError("The 'selector' param is required");
      const { term, exceptions } = readSelector(selector);
      const filter = {
        text: term,
        enabledOnly: false,
        archived: showArchived === 'true' ? 'included' : 'excluded',
        agentId: onlyMyDepartments === 'true' ? userOf(caller)._id : undefined,
        exceptIds: exceptions,
      } as const;
      const page = { count: 0, offset: 0, sort: { name: 1 }, signal: caller.signal } as const;
      const { items } = await departments.list(filter, page);
      return new ItemList(
        'items',
        mapEach(items, ({ _id, name }) => ({ _id, name })),
      );
    },
  });
