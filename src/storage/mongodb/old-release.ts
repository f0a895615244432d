import type { Db } from 'mongodb';
import type { Logger } from '../../observability/logger.ts';

/** The first release that keeps a unique index beside a plain one on the same key. */
const sufficient = 5;

/**
 * Warns of a MongoDB before 5.0, before any index is built: it refuses a second index on a key, also a unique one
 * beside a plain one. Rocket.Chat has plain ones where Foyer needs unique ones.
 */
export async function warnOfOldRelease(db: Db, logger: Logger): Promise<void> {
  const { version } = await db.admin().command({ buildInfo: 1 });
  if (Number.parseInt(String(version), 10) >= sufficient) return;
  logger.warn(
    { version },
    "MongoDB before 5.0 keeps one index for a key: where Rocket.Chat's is there, it serves, and claims keep tokens and open rooms unique; where Foyer's is there, a Rocket.Chat that comes later cannot create its own",
  );
}
