import { query } from 'express-validator';
import type { Batches } from '../../../domain/paging.ts';
import type { KnownVisitorsDeps } from '../../../domain/visits/known-visitors.ts';
import { readAllVisitors, type SummedVisitor } from '../../../domain/visits/read-all-visitors.ts';
import { TextStream } from '../../../http/text-stream.ts';
import { endpoint } from '../endpoint.ts';
import { validated } from '../input.ts';
import { presentSummedVisitor } from '../present-visitor.ts';

const accepted = validated<{ before?: number }>(
  query('before').optional().isString().bail().isInt({ min: 1, max: Number.MAX_SAFE_INTEGER }).toInt(),
);

/** `GET export.ndjson`: everyone who was ever on the site, one JSON object a line. */
export const exportNdjson = (deps: KnownVisitorsDeps) =>
  endpoint({
    operationId: 'foyer-export-ndjson',
    method: 'get',
    path: '/export.ndjson',
    takesTurns: true,
    access: { kind: 'all-of', permissions: ['view-l-room', 'view-livechat-rooms'] },
    input: accepted,
    handle: async ({ before }, { signal }) =>
      new TextStream('application/x-ndjson', linesOf(readAllVisitors(deps, before, signal))),
  });

async function* linesOf(batches: Batches<SummedVisitor>): AsyncGenerator<string> {
  for await (const batch of batches)
    for (const visitor of batch) yield `${JSON.stringify(presentSummedVisitor(visitor))}\n`;
}
