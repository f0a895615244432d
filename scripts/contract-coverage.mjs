// After a full test run, every answer that openapi.yaml documents must have been seen at least once.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { root } from './prepare.mjs';

const methods = ['get', 'post', 'put', 'patch', 'delete'];

function documented() {
  const { paths } = parse(readFileSync(path.join(root, 'openapi.yaml'), 'utf8'));
  return Object.values(paths).flatMap((item) =>
    methods
      .filter((method) => item[method])
      .flatMap((method) =>
        Object.keys(item[method].responses).map((status) => `${item[method].operationId} ${status}`),
      ),
  );
}

/**
 * The documented (operation, status) pairs that no test run recorded in the folder has seen, each as `operation
 * status`.
 */
export function neverSeen(sightingsFolder) {
  const seen = new Set(
    readdirSync(sightingsFolder).flatMap((file) =>
      readFileSync(path.join(sightingsFolder, file), 'utf8').split('\n'),
    ),
  );
  return documented().filter((pair) => !seen.has(pair));
}

/** Whether Jest's arguments run the whole suite; only then can everything have been seen. */
export const runsEverything = (jestArguments) =>
  jestArguments.every((argument) =>
    /^--(json|outputFile|ci|silent|verbose|maxWorkers|runInBand)\b/.test(argument),
  );
