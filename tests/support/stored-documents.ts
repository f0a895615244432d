import type { Document } from 'mongodb';
import type { ContactChange } from '../../src/domain/contacts/contact.ts';
import type { ContactEdit } from '../../src/domain/contacts/contact-book.ts';
import type { PageView } from '../../src/domain/pages/page-view.ts';
import { unique } from './visitors.ts';

// One of each kind of document that stores write.

export const source = { type: 'api' };
export const at = (minute: number) => new Date(Date.UTC(2026, 2, 1, 10, minute));
export const ann = { _id: 'ann', username: 'ann' };

export const message = (given: Document = {}) => ({
  _id: unique('message'),
  rid: 'room',
  msg: 'hi',
  ts: at(0),
  u: ann,
  ...given,
});
export const page = { title: 'Cart', change: 'url', location: { href: 'https://shop.example/' } };
export const view = (given: Partial<PageView> = {}): PageView => ({
  ...message(),
  t: 'livechat_navigation_history',
  navigation: { page, token: 'token' },
  ...given,
});
export const roomless = () => {
  const { rid: _, ...rest } = view({ expireAt: at(0).getTime() });
  return rest as PageView;
};
export const room = (given: Document = {}) => ({
  _id: 'room',
  t: 'l' as const,
  ts: at(0),
  lm: at(0),
  msgs: 0,
  open: true,
  tags: [],
  v: { _id: 'visitor', token: 'token' },
  departmentId: 'sales',
  source,
  ...given,
});
export const inquiry = {
  _id: 'inquiry',
  rid: 'room',
  name: 'Ann',
  ts: at(0),
  department: 'sales',
  message: '',
  status: 'ready',
  t: 'l',
} as const;
export const values = (key: string) => ({ always: { [key]: '1' }, ifAbsent: { [`${key}2`]: '2' } });
export const visitorKey = { kind: 'token', value: 'token' } as const;
export const channel = {
  name: 'api',
  visitor: { visitorId: 'visitor', source },
  blocked: false,
  verified: false,
  details: source,
};
export const contact = { _id: 'contact', name: 'Ann', channels: [channel] };
export const transcript = { email: 'a@b.example', subject: '', requestedAt: at(5) };
export const detailSet = { recordId: 'record', name: 'crm', icon: '', fields: [], updatedAt: at(0) };

/** What a visitor says of themselves that is new to the contact. */
export const contactChange: ContactChange = {
  name: 'Bea',
  customFields: {},
  newEmails: ['a@b.example'],
  newPhones: [],
  newConflicts: [],
};

/** What an agent changes about the contact. */
export const contactEdit: ContactEdit = {
  set: { name: 'Dee' },
  withoutManager: true,
  customFields: { set: { a: 'b' }, remove: [] },
  settled: 'all',
};
