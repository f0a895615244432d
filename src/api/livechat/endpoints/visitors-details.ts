import type { Dependencies } from '../../../domain/dependencies.ts';
import { endpoint } from '../endpoint.ts';
import { invalid, noRights, notFound } from '../errors.ts';
import { bodyOf } from '../params.ts';
import { readDetails } from '../read-details.ts';

type DetailsDeps = Pick<Dependencies, 'clock' | 'detailSets' | 'settings' | 'visitorRecords' | 'webhooks'>;

/**
 * `POST visitors/:id/details`: shows a set of facts about a visitor to agents. The licence and the token of a webhook
 * in the body authorise it, nothing else.
 */
export const visitorsDetails = (deps: DetailsDeps) =>
  endpoint({
    operationId: 'livechatinc-visitors-details',
    method: 'post',
    path: '/visitors/:id/details',
    access: { kind: 'public' },
    input: async (req) => ({ visitorId: String(req.params.id), ...readDetails(bodyOf(req)) }),
    handle: async ({ visitorId, licence, token, set }) => {
      const { settings, webhooks, visitorRecords, detailSets, clock } = deps;
      const isOurs = licence === String(settings.get('Foyer_License_Number'));
      if (!isOurs || !(await webhooks.hasToken(token))) throw noRights();
      const record = await visitorRecords.find({ by: 'liveChatId', value: visitorId });
      if (record === null) throw notFound('There is no visitor with this id');
      const stored = await detailSets.put({ ...set, recordId: record.recordId, updatedAt: clock() });
      if (!stored) throw invalid('This visitor has too many sets of details');
      return { result: 'Visitor details added' };
    },
  });
