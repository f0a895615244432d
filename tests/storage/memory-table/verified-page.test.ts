import { collect, inOneBatch } from '../../../src/domain/paging.ts';
import { findVerified } from '../../../src/storage/memory-table/verified-page.ts';

/** A table with some ids, of which a page is those from the first one on, and the documents that there are of them. */
function tableOf(ids: readonly string[], stored: ReadonlySet<string>, limit: number) {
  let rows = [...ids];
  const refreshed: string[][] = [];
  let finds = 0;
  return {
    refreshed,
    finds: () => finds,
    find: async () => {
      finds += 1;
      return { ids: rows.slice(0, limit), total: rows.length };
    },
    read: (asked: readonly string[]) =>
      inOneBatch(asked.filter((id) => stored.has(id)).map((_id) => ({ _id }))),
    refresh: async (gone: readonly string[]) => {
      refreshed.push([...gone]);
      rows = rows.filter((id) => !gone.includes(id));
    },
  };
}

const idsIn = async (page: Awaited<ReturnType<typeof findVerified>>) =>
  (await collect(page.items)).map(({ _id }) => _id);

describe('a page of a table that is verified', () => {
  it('is found again without what is not there any more', async () => {
    const table = tableOf(['a', 'gone', 'b', 'c'], new Set(['a', 'b', 'c']), 2);
    const page = await findVerified(table);
    expect(await idsIn(page)).toEqual(['a', 'b']);
    expect(page.total).toBe(3);
    expect(table.refreshed).toEqual([['gone']]);
  });

  it('is left with what is there if the table has what is gone again and again', async () => {
    const table = tableOf(['a', 'gone', 'b'], new Set(['a', 'b']), 2);
    const page = await findVerified({ ...table, refresh: async () => undefined });
    expect(await idsIn(page)).toEqual(['a']);
    expect(page.total).toBe(2);
    expect(table.finds()).toBe(3);
  });

  it('is tested while it is read if it is large', async () => {
    const ids = Array.from({ length: 101 }, (_, n) => `id ${n}`);
    const table = tableOf(ids, new Set(ids.slice(1)), 101);
    const page = await findVerified(table);
    expect(await idsIn(page)).toEqual(ids.slice(1));
    expect(page.total).toBe(101);
    expect(table.refreshed).toEqual([]);
  });
});
