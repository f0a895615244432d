import type { Db } from 'mongodb';
import { processorSeconds } from '../processes.ts';

/** Microseconds of the processor. */
export interface Used {
  readonly service: number;
  readonly database: number;
}

/** What the processes have used since they began, by their own accounts. */
export async function processorMicros({
  port,
  db,
}: {
  readonly port: number;
  readonly db: Db;
}): Promise<Used> {
  const { extra_info: info } = await db.admin().command({ serverStatus: 1 });
  return {
    service: (await processorSeconds(port)) * 1e6,
    database: Number(info.user_time_us) + Number(info.system_time_us),
  };
}

export const differenceOf = (after: Used, before: Used): Used => ({
  service: after.service - before.service,
  database: after.database - before.database,
});
