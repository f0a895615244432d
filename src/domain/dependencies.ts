import type { AccessControl } from './accounts/access.ts';
import type { LoginAttemptStore } from './accounts/login-attempts.ts';
import type { PasswordMemory } from './accounts/password-memory.ts';
import type { PasswordHashing } from './accounts/passwords.ts';
import type { PermissionStore } from './accounts/permissions.ts';
import type { RoleStore } from './accounts/roles.ts';
import type { UsedCodeStore } from './accounts/second-factor.ts';
import type { SystemUserSource } from './accounts/system-user.ts';
import type { UserStore } from './accounts/user.ts';
import type { ActivityCounter } from './activity.ts';
import type { BanStore } from './bans/ban.ts';
import type { Clock } from './clock.ts';
import type { ContactStore } from './contacts/contact.ts';
import type { CustomFieldStore } from './custom-fields/custom-field.ts';
import type { DeliveryQueue } from './deliveries/delivery.ts';
import type { MailDomains } from './deliveries/mail.ts';
import type { ErasureStore } from './erasures/erasure.ts';
import type { EventSource } from './events.ts';
import type { IdSource } from './ids.ts';
import type { Jobs } from './jobs.ts';
import type { MessageStore } from './messages/message.ts';
import type { LeaveOfflineMessageDeps } from './offline-messages/leave-offline-message.ts';
import type { OfflineMessageStore } from './offline-messages/offline-message.ts';
import type { PageViewLog } from './pages/page-view.ts';
import type { AttachmentStore } from './rooms/attachment.ts';
import type { ChatSummaries } from './rooms/chat-summary.ts';
import type { InquiryStore } from './rooms/inquiry.ts';
import type { RoomStore } from './rooms/room.ts';
import type { RoomActivityStore } from './rooms/room-activity.ts';
import type { RoomSearch } from './rooms/room-search.ts';
import type { RoomTranscripts } from './rooms/room-transcripts.ts';
import type { RoomTransfers } from './rooms/room-transfers.ts';
import type { TellOfSession } from './rooms/session-event.ts';
import type { SubscriptionStore } from './rooms/subscription.ts';
import type { TypingStore } from './rooms/typing.ts';
import type { DepartmentStore } from './routing/department.ts';
import type { RoutingStore } from './routing/routing.ts';
import type { SettingStore } from './settings/settings.ts';
import type { TriggerStore } from './triggers/trigger.ts';
import type { DetailSetStore } from './visitor-details/visitor-details.ts';
import type { FurtherTokenStore } from './visitors/further-tokens.ts';
import type { IdentityStore } from './visitors/identity.ts';
import type { GuestNumbers, VisitorStore } from './visitors/visitor.ts';
import type { VisitorSearch } from './visitors/visitor-search.ts';
import type { PublicIdStore } from './visits/public-ids.ts';
import type { ViewedPageLog } from './visits/viewed-page-log.ts';
import type { VisitEraser } from './visits/visit-eraser.ts';
import type { VisitSigns } from './visits/visit-sign.ts';
import type { VisitorRecords } from './visits/visitor-record.ts';
import type { SessionReceiver } from './webhooks/session-receiver.ts';
import type { WebhookStore } from './webhooks/webhook.ts';
import type { WorkQueue } from './work-queue.ts';

/**
 * What use cases and endpoints work with, built once in `build-dependencies.ts`. Each use case exports the type of
 * what it needs from here (`GetRoomDeps` for `getRoom`), and the endpoints that call it take that type too.
 */
export interface Dependencies {
  readonly access: AccessControl;
  readonly activity: ActivityCounter;
  readonly attachments: AttachmentStore;
  readonly chatSummaries: ChatSummaries;
  readonly bans: BanStore;
  readonly clock: Clock;
  readonly contacts: ContactStore;
  readonly customFields: CustomFieldStore;
  readonly furtherTokens: FurtherTokenStore;
  readonly guestNumbers: GuestNumbers;
  readonly deliveries: DeliveryQueue;
  readonly departments: DepartmentStore;
  readonly detailSets: DetailSetStore;
  readonly erasures: ErasureStore;
  readonly events: EventSource;
  readonly identities: IdentityStore;
  readonly ids: IdSource;
  readonly inquiries: InquiryStore;
  readonly jobs: Jobs;
  readonly loginAttempts: LoginAttemptStore;
  /** Logins by password take turns. */
  readonly loginQueue: WorkQueue;
  readonly messages: MessageStore;
  readonly passwords: PasswordHashing;
  readonly mailDomains: MailDomains;
  readonly offlineMessages: OfflineMessageStore;
  readonly passwordMemory: PasswordMemory;
  /** Waits. */
  readonly pause: (ms: number) => Promise<void>;
  readonly permissions: PermissionStore;
  readonly roles: RoleStore;
  readonly roomActivity: RoomActivityStore;
  readonly roomSearch: RoomSearch;
  readonly roomTranscripts: RoomTranscripts;
  readonly roomTransfers: RoomTransfers;
  readonly rooms: RoomStore;
  readonly routing: RoutingStore;
  /** The service's public address, without a trailing slash. */
  readonly rootUrl: string;
  readonly sessionReceiver: SessionReceiver;
  readonly pageViews: PageViewLog;
  readonly publicIds: PublicIdStore;
  readonly subscriptions: SubscriptionStore;
  readonly systemUser: SystemUserSource;
  readonly settings: SettingStore;
  readonly tellOfSession: TellOfSession;
  /** Tells integrators of a message that was left while nobody was there. */
  readonly tellOfTicket: LeaveOfflineMessageDeps['tellOfTicket'];
  readonly typing: TypingStore;
  readonly triggers: TriggerStore;
  readonly usedCodes: UsedCodeStore;
  readonly users: UserStore;
  readonly viewedPages: ViewedPageLog;
  readonly visitorRecords: VisitorRecords;
  readonly visitEraser: VisitEraser;
  readonly visitorSearch: VisitorSearch;
  readonly visitors: VisitorStore;
  readonly visitSigns: VisitSigns;
  readonly webhooks: WebhookStore;
}
