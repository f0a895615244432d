import type { Db } from 'mongodb';
import { warnOfOldRelease } from '../../../src/storage/mongodb/old-release.ts';
import { logBook } from '../../support/log-book.ts';
import { useDatabase } from '../../support/use-database.ts';

describe('a start', () => {
  const database = useDatabase();
  const serverOf = (version: string) =>
    ({ admin: () => ({ command: async () => ({ version }) }) }) as unknown as Db;
  const warningsAbout = async (db: Db) => {
    const { lines, logger } = logBook('warn');
    await warnOfOldRelease(db, logger);
    return lines;
  };

  it.each(['4.4.29', '4.4.0-rc1'])('says beforehand what is different on MongoDB %s', async (version) => {
    const [warning, ...others] = await warningsAbout(serverOf(version));
    expect(warning).toMatch('MongoDB before 5.0 keeps one index for a key');
    expect(warning).toMatch(version);
    expect(others).toEqual([]);
  });

  it('has nothing to say about newer ones, nor about that of the tests', async () => {
    for (const version of ['5.0.0', '8.2.1', '10.0.0'])
      expect(await warningsAbout(serverOf(version))).toEqual([]);
    expect(await warningsAbout(database.db)).toEqual([]);
  });
});
