import type { Collection, Db, Filter, UpdateFilter } from 'mongodb';
import type { Clock } from '../../domain/clock.ts';
import type { Contact } from '../../domain/contacts/contact.ts';
import type { ContactBook, ContactEdit, ContactFilter } from '../../domain/contacts/contact-book.ts';
import { mapEach } from '../../domain/paging.ts';
import type { WriteReporter } from '../feed/write-reporter.ts';
import { findPage } from '../mongodb/find-page.ts';
import { literalPattern } from '../mongodb/literal-pattern.ts';
import { needsList } from '../mongodb/needs-list.ts';
import { PageTotals } from '../mongodb/page-totals.ts';
import { withUpdatedAt } from '../mongodb/with-updated-at.ts';
import { withoutEmpty } from '../mongodb/without-empty.ts';
import type { HeldTableTiming } from '../text-search/held-table.ts';
import { createTextSearch, type TextKind } from '../text-search/text-search.ts';
import { withIds } from '../text-search/with-ids.ts';
import { asContact, type ContactDocument, disabling, enabled } from './contacts.ts';

export interface ContactBookOptions {
  readonly clock: Clock;
  readonly reporter: WriteReporter;
  readonly textTiming: HeldTableTiming;
}

/** The names of contacts, found as the contacts' ids. */
const names: TextKind<ContactDocument> = {
  fields: ['name'],
  textsOf: ({ _id, name }) => (typeof name === 'string' ? [{ key: _id, text: name }] : []),
};

/** Looks up and edits the documents of `rocketchat_livechat_contact`. */
export function createContactBook(db: Db, { clock, reporter, textTiming }: ContactBookOptions): ContactBook {
  const contacts: Collection<ContactDocument> = db.collection('rocketchat_livechat_contact');
  const texts = createTextSearch(contacts, names, textTiming);
  const totals = new PageTotals();
  return {
    async findById(id) {
      const found = await contacts.findOne({ _id: id, ...enabled });
      return found && shown(found);
    },
    async list(filter, page) {
      const { term } = filter;
      const ids = term?.kind === 'name' ? await texts.find(term.part, page.signal) : null;
      const query = withIds(filterOf(filter), ids);
      // What lists ids is too long to be remembered by.
      const { items, total } = await findPage(contacts, query, page, query._id ? {} : { totals });
      return { items: mapEach(items, shown), total };
    },
    has: async (term) =>
      (await contacts.findOne({ ...termFilter(term), ...enabled }, { projection: { _id: 1 } })) !== null,
    async edit(id, edit) {
      const update = withUpdatedAt(updateOf(edit), clock());
      const options = { returnDocument: 'after' } as const;
      const edited = await needsList(contacts.findOneAndUpdate({ _id: id, ...enabled }, update, options));
      if (edited === null) return null;
      reporter.changed(id);
      return shown(edited);
    },
    async disable(id) {
      await contacts.updateOne({ _id: id }, withUpdatedAt(disabling, clock()));
      reporter.changed(id);
    },
  };
}

const shown = ({ enabled: _, ...contact }: ContactDocument): Contact => asContact(contact);

const filterOf = ({ unknown, term }: ContactFilter): Filter<ContactDocument> => ({
  unknown,
  ...(term && termFilter(term)),
  ...enabled,
});

function termFilter(term: NonNullable<ContactFilter['term']>): Filter<ContactDocument> {
  switch (term.kind) {
    case 'email':
      return { 'emails.address': term.address };
    case 'phone':
      return { 'phones.phoneNumber': { $in: [...term.numbers] } };
    case 'name':
      return { name: new RegExp(literalPattern(term.part), 'i') };
  }
}

function updateOf({
  set,
  withoutManager,
  customFields,
  settled,
}: ContactEdit): UpdateFilter<ContactDocument> {
  const fields = Object.entries(customFields.set).map(([id, value]) => [`customFields.${id}`, value]);
  const removed = customFields.remove.map((id) => [`customFields.${id}`, 1]);
  const areConflictsLeft = settled !== 'all';
  return withoutEmpty({
    $set: {
      ...set,
      ...Object.fromEntries(fields),
      unknown: false,
      ...(areConflictsLeft ? {} : { conflictingFields: [] }),
    },
    $unset: { ...Object.fromEntries(removed), ...(withoutManager && { contactManager: 1 }) },
    $pull:
      areConflictsLeft && settled.length > 0 ? { conflictingFields: { field: { $in: [...settled] } } } : {},
  });
}
