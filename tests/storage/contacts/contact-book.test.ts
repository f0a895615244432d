import type { Db, Filter, FindOptions } from 'mongodb';
import type { Contact } from '../../../src/domain/contacts/contact.ts';
import type { ContactBook } from '../../../src/domain/contacts/contact-book.ts';
import { collect } from '../../../src/domain/paging.ts';
import { createContactBook } from '../../../src/storage/contacts/contact-book.ts';
import { heldTableTiming } from '../../../src/storage/text-search/held-table.ts';
import { insertContact } from '../../support/contacts.ts';
import { useDatabase } from '../../support/use-database.ts';
import { unreported } from '../../support/write-reporter.ts';

const database = useDatabase();
const clock = () => new Date();
let asked: Filter<Contact>[] = [];

/** The database, which notes what is asked of the contacts, and in which their names may not be read to the end. */
function observed({ readsNames }: { readsNames: boolean }): Db {
  const contacts = database.db.collection<Contact>('rocketchat_livechat_contact');
  const find = (filter: Filter<Contact>, options: FindOptions) => {
    asked.push(filter);
    if (options.projection && !readsNames) return { toArray: () => new Promise(() => undefined) };
    return contacts.find(filter, options);
  };
  const collection = () => Object.create(contacts, { find: { value: find } });
  return Object.create(database.db, { collection: { value: collection } });
}

const open = (given: { readsNames: boolean; readTimeoutMs: number }): ContactBook =>
  createContactBook(observed(given), {
    clock,
    reporter: unreported,
    textTiming: heldTableTiming(clock, given.readTimeoutMs),
  });

const search = async (book: ContactBook, part: string): Promise<string[]> => {
  asked = [];
  const page = { count: 10, offset: 0, sort: { name: 1 }, signal: new AbortController().signal } as const;
  const { items } = await book.list({ unknown: false, term: { kind: 'name', part } }, page);
  return (await collect(items)).map(({ _id }) => _id);
};

it('asks for the contacts whose names are in memory, and not for all', async () => {
  const ann = await insertContact(database.db, { name: 'Annemarie' });
  await insertContact(database.db, { name: 'Bob' });
  const book = open({ readsNames: true, readTimeoutMs: 60_000 });
  expect(await search(book, 'NEMA')).toEqual([ann]);
  expect(asked.at(-1)).toMatchObject({ _id: { $in: [ann] } });
});

it('finds them all the same while the names are still being read', async () => {
  const kim = await insertContact(database.db, { name: 'Kimberly' });
  expect(await search(open({ readsNames: false, readTimeoutMs: 0 }), 'mber')).toEqual([kim]);
  expect(asked.at(-1)).not.toHaveProperty('_id');
});
