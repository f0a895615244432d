import type { CustomField } from '../../../domain/custom-fields/custom-field.ts';
import type { Dependencies } from '../../../domain/dependencies.ts';
import { endpoint } from '../endpoint.ts';
import { pagingParams, readPage } from '../validation/pagination.ts';
import { params } from '../validation/params.ts';
import { nullable, object, optional, string } from '../validation/schema.ts';

type Deps = Pick<Dependencies, 'customFields' | 'settings'>;

const query = object({
  text: optional(nullable(string())),
  ...pagingParams,
  // Accepted and not used, as in Rocket.Chat.
  query: optional(nullable(string())),
});

const accepted = params('legacy', { query });

/** `GET livechat/custom-fields`: the fields that the site defines; `text` is a part of their label or name. */
export const livechatCustomFields = ({ customFields, settings }: Deps) =>
  endpoint({
    operationId: 'livechat-custom-fields',
    method: 'get',
    path: '/livechat/custom-fields',
    access: { kind: 'all-of', permissions: ['view-l-room'] },
    input: accepted,
    handle: async (input) => {
      const { count, offset, sort } = readPage(input, { label: 1 }, settings);
      const found = (await customFields.listAll(sort)).filter(contains(input.text ?? ''));
      const page = found.slice(offset, count === 0 ? undefined : offset + count);
      return { customFields: page, count: page.length, offset, total: found.length };
    },
  });

function contains(text: string): (field: CustomField) => boolean {
  const part = text.toLowerCase();
  return ({ _id, label }) => [_id, label].some((name) => String(name).toLowerCase().includes(part));
}
