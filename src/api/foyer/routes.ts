import type { Dependencies } from '../../domain/dependencies.ts';
import type { FoyerEndpoint } from './endpoint.ts';
import { bansCreate } from './endpoints/bans-create.ts';
import { bansDelete } from './endpoints/bans-delete.ts';
import { bansList } from './endpoints/bans-list.ts';
import { changes } from './endpoints/changes.ts';
import { erasuresId } from './endpoints/erasures-id.ts';
import { events } from './endpoints/events.ts';
import { exportNdjson } from './endpoints/export-ndjson.ts';
import { keysCreate } from './endpoints/keys-create.ts';
import { keysDelete } from './endpoints/keys-delete.ts';
import { keysList } from './endpoints/keys-list.ts';
import { offlineMessagesPatch } from './endpoints/offline-messages-patch.ts';
import { offlineMessagesReplies } from './endpoints/offline-messages-replies.ts';
import { visitors } from './endpoints/visitors.ts';
import { visitorsDelete } from './endpoints/visitors-delete.ts';
import { visitorsDetails } from './endpoints/visitors-details.ts';
import { visitorsExport } from './endpoints/visitors-export.ts';
import { visitorsId } from './endpoints/visitors-id.ts';
import { visitorsMerge } from './endpoints/visitors-merge.ts';

/** Foyer's own endpoints, below `/api/foyer/v1`. */
export const foyerEndpoints = (deps: Dependencies): readonly FoyerEndpoint[] => [
  offlineMessagesPatch(deps),
  offlineMessagesReplies(deps),
  visitors(deps),
  visitorsId(deps),
  visitorsDelete(deps),
  visitorsDetails(deps),
  visitorsExport(deps),
  visitorsMerge(deps),
  erasuresId(deps),
  bansList(deps),
  bansCreate(deps),
  bansDelete(deps),
  changes(deps),
  events(deps),
  exportNdjson(deps),
  keysList(deps),
  keysCreate(deps),
  keysDelete(deps),
];
