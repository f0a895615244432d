import type { OfflineMessageStore } from '../../../domain/offline-messages/offline-message.ts';
import { splitName } from '../../../domain/visits/person-name.ts';
import type { PublicIdStore } from '../../../domain/visits/public-ids.ts';
import { endpoint } from '../endpoint.ts';
import { notFound } from '../errors.ts';
import { idOf } from '../params.ts';
import { offlineMessageFacts } from '../present-offline-message.ts';

export interface OfflineMessagesIdDeps {
  readonly offlineMessages: OfflineMessageStore;
  readonly publicIds: PublicIdStore;
}

/** `GET offlinemessages/:id`: one message with its replies, the newest first. Reading it does not mark it as read. */
export const offlinemessagesId = ({ offlineMessages, publicIds }: OfflineMessagesIdDeps) =>
  endpoint({
    operationId: 'revechat-offlinemessages-id',
    path: '/offlinemessages/:id',
    input: idOf('Offline message Id', 'Valid'),
    handle: async (id) => {
      const message = await offlineMessages.findByNumber(Number(id));
      if (message === null) throw notFound('Offline Message', id);
      const agents = message.replies.map(({ agent, repliedAt }) => ({ id: agent._id, createdAt: repliedAt }));
      const numbers = await publicIds.give('agent', agents);
      const reply_messages = message.replies.map(({ text, repliedAt, agent }) => {
        const { firstName: first_name, lastName: last_name } = splitName(agent.name);
        return {
          reply_message: text,
          message_reply_time: repliedAt.getTime(),
          agent_id: numbers.get(agent._id)?.number ?? 0,
          first_name,
          last_name,
          email: agent.email,
        };
      });
      return { ...offlineMessageFacts(message), reply_messages };
    },
  });
