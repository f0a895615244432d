import { param } from 'express-validator';
import { AppError } from '../../../domain/errors.ts';
import { maxLengths } from '../../../domain/text/max-lengths.ts';
import type { DetailSetStore } from '../../../domain/visitor-details/visitor-details.ts';
import type { VisitorRecords } from '../../../domain/visits/visitor-record.ts';
import { endpoint } from '../endpoint.ts';
import { validated } from '../input.ts';
import { presentDetails } from '../present-details.ts';

export interface VisitorsDetailsDeps {
  readonly detailSets: DetailSetStore;
  readonly visitorRecords: VisitorRecords;
}

const accepted = validated<{ id: string }>(param('id').isString().isLength({ max: maxLengths.id }));

/** `GET visitors/:id/details`: what integrators told of a visitor, by LiveChat's API. */
export const visitorsDetails = ({ detailSets, visitorRecords }: VisitorsDetailsDeps) =>
  endpoint({
    operationId: 'foyer-visitors-details',
    method: 'get',
    path: '/visitors/:id/details',
    access: { kind: 'all-of', permissions: ['view-l-room'] },
    input: accepted,
    handle: async ({ id }) => {
      const record = await visitorRecords.find({ by: 'id', value: id });
      if (record === null) throw new AppError('visitor-not-found');
      const sets = await detailSets.list(record.recordId);
      return { details: sets.map(presentDetails) };
    },
  });
