import { body } from 'express-validator';
import {
  type AnswerOfflineMessageDeps,
  answerOfflineMessage,
} from '../../../domain/offline-messages/answer-offline-message.ts';
import { maxLengths } from '../../../domain/text/max-lengths.ts';
import { userOf } from '../../../http/user-of.ts';
import { endpoint } from '../endpoint.ts';
import { idInPath, validated } from '../input.ts';
import { presentOfflineMessage } from '../present-offline-message.ts';

const accepted = validated<{ id: string; text: string }>(
  idInPath(),
  body('text').isString().bail().trim().isLength({ min: 1, max: maxLengths.message }),
);

/** `POST offline-messages/:id/replies`: answers by mail, and keeps the answer with the message. */
export const offlineMessagesReplies = (deps: AnswerOfflineMessageDeps) =>
  endpoint({
    operationId: 'foyer-offline-messages-replies',
    method: 'post',
    path: '/offline-messages/:id/replies',
    access: { kind: 'all-of', permissions: ['view-l-room'] },
    input: accepted,
    handle: async ({ id, text }, caller) =>
      presentOfflineMessage(await answerOfflineMessage(deps, id, { user: userOf(caller), text })),
  });
