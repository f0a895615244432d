import type { Document } from 'mongodb';
import type { Contact } from '../domain/contacts/contact.ts';
import type { ChangedEvent } from '../domain/events.ts';
import type { Message } from '../domain/messages/message.ts';
import type { PageView } from '../domain/pages/page-view.ts';
import type { Inquiry } from '../domain/rooms/inquiry.ts';
import type { Room } from '../domain/rooms/room.ts';
import type { Subscription } from '../domain/rooms/subscription.ts';
import type { Typing } from '../domain/rooms/typing.ts';
import type { StoredDetailSet } from '../domain/visitor-details/visitor-details.ts';
import type { Visitor } from '../domain/visitors/visitor.ts';
import type { UserDocument } from './accounts/user-document.ts';
import { asUser } from './accounts/users.ts';
import { asContact } from './contacts/contacts.ts';
import type { AnnouncedCollection } from './feed/announced-collection.ts';
import { visitorDetailsCollection } from './visitor-details/visitor-details.ts';
import { visitorCollection } from './visitors/visitors.ts';

const changed = <S extends ChangedEvent['subject']>(
  subject: S,
  document: Extract<ChangedEvent, { subject: S }>['document'],
) => ({ kind: 'changed', subject, document }) as ChangedEvent;

const pageViewFields = { t: 'livechat_navigation_history' };
const isPageView = ({ t }: Document): boolean => t === pageViewFields.t;

/** Every collection whose changes are announced. A Rocket.Chat beside Foyer keeps its teams' rooms there, too. */
export const announcedCollections: readonly AnnouncedCollection[] = [
  {
    name: 'rocketchat_room',
    subjects: ['room'],
    // What reserves the time of a message, which follows and tells the same.
    immaterial: /^(?:_updatedAt|lm)$/,
    eventOf: (document) => (document.t === 'l' ? changed('room', document as Room) : null),
  },
  {
    name: 'rocketchat_message',
    subjects: ['message', 'page-view'],
    eventOf: (document) =>
      isPageView(document)
        ? changed('page-view', document as PageView)
        : changed('message', document as Message),
    // A page view always belongs to livechat.
    roomToCheck: (document) => (isPageView(document) ? undefined : String(document.rid)),
    fieldsOfNew: { 'page-view': pageViewFields },
  },
  {
    name: 'rocketchat_livechat_inquiry',
    subjects: ['inquiry'],
    eventOf: (document) => changed('inquiry', document as Inquiry),
  },
  {
    name: 'rocketchat_subscription',
    subjects: ['subscription'],
    // One without a user is nobody's.
    eventOf: (document) =>
      document.t === 'l' && document.u ? changed('subscription', document as Subscription) : null,
  },
  {
    name: 'foyer_typing',
    subjects: ['typing'],
    eventOf: (document) => changed('typing', document as Typing),
  },
  {
    name: visitorCollection,
    subjects: ['visitor'],
    eventOf: (document) => changed('visitor', document as Visitor),
  },
  {
    name: visitorDetailsCollection,
    subjects: ['visitor-details'],
    eventOf: (document) => changed('visitor-details', document as StoredDetailSet),
  },
  {
    name: 'rocketchat_livechat_contact',
    subjects: ['contact'],
    eventOf: (document) => changed('contact', asContact(document as Contact)),
  },
  {
    name: 'users',
    subjects: ['user'],
    // What a login writes. Where a token is removed, the whole list of them is set.
    immaterial: /^(?:_updatedAt|lastLogin|services\.resume\.loginTokens\.\d+)$/,
    eventOf: (document) => changed('user', asUser(document as UserDocument)),
  },
];
