import { readFileSync } from 'node:fs';
import path from 'node:path';
import { seal } from '../../../http/endpoint.ts';
import { projectFolder } from '../../../http/project-folder.ts';
import type { TrackerOutput } from '../tracker-output.ts';

/** The script, which stands in a folder beside the service's own code. */
const scriptFile = path.join(projectFolder, 'tracker', 'foyer.js');

/** `GET /foyer.js`: the tracker. */
export function foyerJs() {
  const script = readFileSync(scriptFile, 'utf8');
  return seal<void, TrackerOutput>({
    operationId: 'foyer-js',
    method: 'get',
    path: '/foyer.js',
    access: { kind: 'public' },
    input: async () => undefined,
    handle: async () => ({ script }),
  });
}
