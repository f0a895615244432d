import { type AnswerSurveyDeps, answerSurvey } from '../../../domain/conversation/answer-survey.ts';
import { endpoint } from '../endpoint.ts';
import { params } from '../validation/params.ts';
import { arrayOf, object, string } from '../validation/schema.ts';

const answer = object({ name: string('id'), value: string('fieldValue') });
const body = object({ token: string('token'), rid: string('id'), data: arrayOf(answer, 1) });

const accepted = params('legacy', { body });

/** `POST livechat/room.survey`: a visitor says what they think of the conversation. */
export const livechatRoomSurvey = (deps: AnswerSurveyDeps) =>
  endpoint({
    operationId: 'livechat-room-survey',
    method: 'post',
    path: '/livechat/room.survey',
    access: { kind: 'public' },
    input: accepted,
    visitorToken: ({ token }) => token,
    handle: async ({ data, ...room }) => ({ rid: room.rid, data: await answerSurvey(deps, room, data) }),
  });
