import type { WriteReporter } from '../../src/storage/feed/write-reporter.ts';

/** For stores whose writes are not to be announced. */
export const unreported: WriteReporter = {
  added: () => undefined,
  changed: () => undefined,
  changedWhere: () => undefined,
  removed: () => undefined,
};

/** Records in order what a store reports of its writes. */
export function recordReports() {
  const notes: (readonly [string, ...unknown[]])[] = [];
  const reporter: WriteReporter = {
    added: ({ _id }) => void notes.push(['added', _id]),
    changed: (...ids) => void notes.push(['changed', ...ids]),
    changedWhere: (filter) => void notes.push(['changedWhere', filter]),
    removed: (documents) => void notes.push(['removed', ...documents.map(({ _id }) => _id)]),
  };
  return { notes, reporter };
}
