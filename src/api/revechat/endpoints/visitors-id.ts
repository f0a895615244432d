import { AppError } from '../../../domain/errors.ts';
import { getKnownVisitor, type KnownVisitorsDeps } from '../../../domain/visits/known-visitors.ts';
import { endpoint } from '../endpoint.ts';
import { notFound } from '../errors.ts';
import { idOf } from '../params.ts';
import { visitorRecords } from '../present-visitor.ts';

/** `GET visitors/:id`: one visitor, with what their visits and chats come to. */
export const visitorsId = (deps: KnownVisitorsDeps) =>
  endpoint({
    operationId: 'revechat-visitors-id',
    path: '/visitors/:id',
    input: idOf('Visitor Id'),
    handle: async (id) => {
      const profile = await getKnownVisitor(deps, { by: 'number', value: Number(id) }).catch(
        (error: unknown) => {
          throw error instanceof AppError && error.code === 'visitor-not-found'
            ? notFound('Visitor', id)
            : error;
        },
      );
      const { record, visits, chats } = profile;
      return {
        visitor_id: record.number,
        first_visit_time: record.firstVisitAt.getTime(),
        visitor_records: visitorRecords(profile, visits),
        country: record.visit?.place.country ?? '',
        total_views: record.pageViews,
        total_visits: record.visits,
        total_chats: chats?.chats ?? 0,
        total_chat_duration: chats?.totalDurationMs ?? 0,
        last_chat_start_time: chats?.last.openedAt.getTime() ?? 0,
      };
    },
  });
