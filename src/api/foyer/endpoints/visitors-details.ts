import type { DetailSetStore } from '../../../domain/visitor-details/visitor-details.ts';
import { getVisitorRecord } from '../../../domain/visits/get-visitor-record.ts';
import type { VisitorRecords } from '../../../domain/visits/visitor-record.ts';
import { endpoint } from '../endpoint.ts';
import { idInPath, validated } from '../input.ts';
import { presentDetails } from '../present-details.ts';

export interface VisitorsDetailsDeps {
  readonly detailSets: DetailSetStore;
  readonly visitorRecords: VisitorRecords;
}

const accepted = validated<{ id: string }>(idInPath());

/** `GET visitors/:id/details`: what integrators told of a visitor, by LiveChat's API. */
export const visitorsDetails = (deps: VisitorsDetailsDeps) =>
  endpoint({
    operationId: 'foyer-visitors-details',
    method: 'get',
    path: '/visitors/:id/details',
    access: { kind: 'all-of', permissions: ['view-l-room'] },
    input: accepted,
    handle: async ({ id }) => {
      const record = await getVisitorRecord(deps, { by: 'id', value: id });
      const sets = await deps.detailSets.list(record.recordId);
      return { details: sets.map(presentDetails) };
    },
  });
