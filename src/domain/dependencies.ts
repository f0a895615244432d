import type { AccessControl } from './access.ts';
import type { ActivityCounter } from './activity.ts';
import type { AttachmentStore } from './attachment.ts';
import type { Clock } from './clock.ts';
import type { ContactStore } from './contact.ts';
import type { CustomFieldStore } from './custom-field.ts';
import type { DepartmentStore } from './department.ts';
import type { IdSource } from './ids.ts';
import type { InquiryStore } from './inquiry.ts';
import type { LoginAttemptStore } from './login-attempts.ts';
import type { MessageStore } from './message.ts';
import type { PageViewLog } from './page-view.ts';
import type { PermissionStore, RoleStore } from './permissions.ts';
import type { RoomStore } from './room.ts';
import type { RoutingStore } from './routing.ts';
import type { SettingStore } from './settings.ts';
import type { SubscriptionStore } from './subscription.ts';
import type { SystemUserSource } from './system-user.ts';
import type { UserStore } from './user.ts';
import type { GuestNumbers, VisitorStore } from './visitor.ts';
import type { VisitorSearch } from './visitor-search.ts';

/**
 * What use cases and endpoints work with, built once in `build-dependencies.ts`. Each use case exports the type of what
 * it needs of it (`GetRoomDeps` for `getRoom`), which the endpoints that call it take too.
 */
export interface Dependencies {
  readonly access: AccessControl;
  readonly activity: ActivityCounter;
  readonly attachments: AttachmentStore;
  readonly clock: Clock;
  readonly contacts: ContactStore;
  readonly customFields: CustomFieldStore;
  readonly guestNumbers: GuestNumbers;
  readonly departments: DepartmentStore;
  readonly ids: IdSource;
  readonly inquiries: InquiryStore;
  readonly loginAttempts: LoginAttemptStore;
  readonly messages: MessageStore;
  readonly permissions: PermissionStore;
  readonly roles: RoleStore;
  readonly rooms: RoomStore;
  readonly routing: RoutingStore;
  /** The address under which the service is reached, without a trailing slash. */
  readonly rootUrl: string;
  readonly pageViews: PageViewLog;
  readonly subscriptions: SubscriptionStore;
  readonly systemUser: SystemUserSource;
  readonly settings: SettingStore;
  readonly users: UserStore;
  readonly visitorSearch: VisitorSearch;
  readonly visitors: VisitorStore;
}
