import { type ExportVisitorDeps, exportVisitor } from '../../../domain/conversation/export-visitor.ts';
import { jsonParts } from '../../../http/json-parts.ts';
import { TextStream } from '../../../http/text-stream.ts';
import { endpoint } from '../endpoint.ts';
import { idInPath, validated } from '../input.ts';

const accepted = validated<{ id: string }>(idInPath());

/** `GET visitors/:id/export`: everything that is known of a person, for whoever asks what that is. */
export const visitorsExport = (deps: ExportVisitorDeps) =>
  endpoint({
    operationId: 'foyer-visitors-export',
    method: 'get',
    path: '/visitors/:id/export',
    takesTurns: true,
    access: { kind: 'all-of', permissions: ['view-l-room', 'view-livechat-rooms'] },
    input: accepted,
    handle: async ({ id }, caller) =>
      new TextStream('application/json', jsonParts(await exportVisitor(deps, id, caller.signal))),
  });
