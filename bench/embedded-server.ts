// The embedded database in a process of its own, which says how much processor time it has used. Without `logged` as its
// second argument it does none of what change streams cost: it logs no documents and tells no times.
import { ClusterTime } from '../src/embedded-mongo/cluster-time.ts';
import { startServer } from '../src/embedded-mongo/server.ts';
import { DocumentChanges } from '../src/embedded-mongo/storage/document-changes.ts';

const [, , dataDir = '', mode, maxLogBytes = ''] = process.argv;

if (mode !== 'logged') {
  const nothing = (): void => undefined;
  Object.assign(DocumentChanges.prototype, { inserted: nothing, removed: nothing, replaced: nothing });
  ClusterTime.prototype.addTo = (answer) => answer;
}

const changeLog = { maxBytes: Number(maxLogBytes), maxAgeMs: 60 * 60_000 };
const listen = { socket: `${dataDir}.sock` };
const server = await startServer({ dataDir, listen, changeLog });
process.on('message', (message) => {
  if (message === 'usage') process.send?.(process.cpuUsage());
  else void server.stop().then(() => process.disconnect());
});
process.send?.(server.url);
