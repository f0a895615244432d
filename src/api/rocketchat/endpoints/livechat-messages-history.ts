import { listHistory, type VisitorMessagesDeps } from '../../../domain/messages/visitor-messages.ts';
import { forWidgetHistory } from '../../../domain/messages/widget-message.ts';
import { mapBatches } from '../../../domain/paging.ts';
import { listEndpoint } from '../endpoint.ts';
import { ItemList } from '../envelope.ts';
import { meteorError } from '../errors.ts';
import { type FileUploadsDeps, withFileUploads } from '../file-uploads.ts';
import { pagingParams } from '../validation/pagination.ts';
import { params } from '../validation/params.ts';
import { nullable, number, object, optional, string } from '../validation/schema.ts';

const path = object({ rid: string('id') });
const query = object({
  ...pagingParams,
  searchText: optional(nullable(string('searchTerm'))),
  limit: optional(nullable(number())),
  ls: optional(nullable(string('word'))),
  end: optional(nullable(string('word'))),
  token: string('token'),
});

const defaultLimit = 20;
/** No answer has more messages than this; `offset` and `end` lead to the others. */
const largestLimit = 1_000;

const accepted = params('legacy', { path, query });

/** `GET livechat/messages.history/:rid`: the messages that a visitor sees in their room, newest first. */
export const livechatMessagesHistory = (deps: VisitorMessagesDeps & FileUploadsDeps) =>
  listEndpoint({
    operationId: 'livechat-messages-history',
    method: 'get',
    path: '/livechat/messages.history/:rid',
    access: { kind: 'public' },
    input: accepted,
    visitorToken: ({ token }) => token,
    handle: async ({ rid, token, limit, offset, end }, { isWidget, signal }) => {
      const before = readDate(end);
      const part = {
        limit: Math.min(readWhole('limit', limit) || defaultLimit, largestLimit),
        offset: readWhole('offset', offset) ?? 0,
        ...(before ? { before } : {}),
        signal,
      };
      const messages = await listHistory(deps, { token, rid }, part);
      const shown = mapBatches(messages, async (batch) => {
        const listed = await withFileUploads(deps, batch);
        return isWidget ? listed.map(forWidgetHistory) : listed;
      });
      return new ItemList('messages', shown);
    },
  });

function readWhole(name: string, given: number | null | undefined): number | undefined {
  if (given === null || given === undefined) return undefined;
  const whole = Math.trunc(given);
  if (!(whole >= 0 && whole <= Number.MAX_SAFE_INTEGER)) {
    throw meteorError('invalid-params', `${name} must be >= 0`);
  }
  return whole;
}

function readDate(given: string | null | undefined): Date | undefined {
  if (!given) return undefined;
  const date = new Date(given);
  if (Number.isNaN(date.getTime())) throw meteorError('invalid-params', 'end must be a date');
  return date;
}
