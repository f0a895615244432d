import type { OfflineMessageStore } from '../../../domain/offline-messages/offline-message.ts';
import type { Settings } from '../../../domain/settings/settings.ts';
import { listEndpoint } from '../endpoint.ts';
import { pageOf } from '../paging.ts';
import { pageNumber } from '../params.ts';
import { offlineMessageFacts } from '../present-offline-message.ts';

export interface OfflineMessagesDeps {
  readonly offlineMessages: OfflineMessageStore;
  readonly settings: Settings;
}

/** `GET offlinemessages`: what visitors left, ten a page, the newest first. */
export const offlinemessages = ({ offlineMessages, settings }: OfflineMessagesDeps) =>
  listEndpoint({
    operationId: 'revechat-offlinemessages',
    path: '/offlinemessages',
    input: pageNumber,
    handle: async (page) => {
      const messages = await offlineMessages.listNewestFirst(pageOf(settings, page));
      return messages.map((message) => ({
        ...offlineMessageFacts(message),
        reply_message_count: message.replies.length,
      }));
    },
  });
