import type { Db } from 'mongodb';
import { type TicketReads, tellOfTicket } from './api/livechat/dialect.ts';
import { type SessionBodyDeps, sessionBodyOf } from './api/rocketchat/dialect.ts';
import { createAddressGuard } from './delivery/address-guard.ts';
import { DeliveryWorker } from './delivery/delivery-worker.ts';
import { createMailDomains } from './delivery/mail-domains.ts';
import { createMailer } from './delivery/mailer.ts';
import { createSessionReceiver } from './delivery/session-receiver.ts';
import { createSessionSender } from './delivery/session-sender.ts';
import { createWebhookSender } from './delivery/webhook-sender.ts';
import type { Clock } from './domain/clock.ts';
import type { Dependencies } from './domain/dependencies.ts';
import type { Settings } from './domain/settings/settings.ts';
import { createTellOfSession } from './domain/webhooks/tell-of-session.ts';
import type { Logger } from './observability/logger.ts';
import { createDeliveryStore } from './storage/deliveries/deliveries.ts';
import type { Announcer } from './storage/feed/announcer.ts';
import { createOfflineMessageStore } from './storage/offline-messages/offline-messages.ts';
import { createReachedGoalStore } from './storage/visitor-details/reached-goals.ts';
import { createDetailSetStore, visitorDetailsCollection } from './storage/visitor-details/visitor-details.ts';
import { createWebhookStore, webhookCollection } from './storage/webhooks/webhooks.ts';

export interface DeliveryOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly settings: Settings;
  /** What is read about conversations to tell of them. */
  readonly sessions: Omit<SessionBodyDeps, 'offlineMessages' | 'settings'>;
  /** What is read about a message that was left, to tell of it. */
  readonly tickets: TicketReads;
  readonly announcer: Announcer;
  readonly mailUrl: string | undefined;
  /** Hosts and networks that receivers of events may be in although they are not public. */
  readonly webhookAllow: readonly string[];
}

export interface DeliveryParts {
  readonly stores: Pick<
    Dependencies,
    | 'deliveries'
    | 'detailSets'
    | 'mailDomains'
    | 'offlineMessages'
    | 'reachedGoals'
    | 'sessionReceiver'
    | 'tellOfSession'
    | 'tellOfTicket'
    | 'webhooks'
  >;
  /** Begins to deliver what waits. */
  start(): void;
  stop(): Promise<void>;
}

/** The queue of what leaves the service, with what sends it, and the messages that are mailed. */
export function createDeliveryParts(
  db: Db,
  { announcer, clock, logger, mailUrl, sessions, settings, tickets, webhookAllow }: DeliveryOptions,
): DeliveryParts {
  const mailer = createMailer(mailUrl);
  const guard = createAddressGuard(webhookAllow);
  const sessionReceiver = createSessionReceiver(guard, settings);
  const offlineMessages = createOfflineMessageStore(db);
  const sessionDeps = { ...sessions, offlineMessages, settings };
  const worker = new DeliveryWorker({
    clock,
    logger,
    deliveries: createDeliveryStore(db),
    senders: {
      mail: ({ mail }, signal) => mailer.send(mail, signal),
      session: createSessionSender({
        receiver: sessionReceiver,
        ...sessionDeps,
        bodyOf: (event, signal) => sessionBodyOf(sessionDeps, event, signal),
      }),
      webhook: createWebhookSender(guard),
    },
  });
  const webhooks = createWebhookStore(db, announcer.reporterFor(webhookCollection));
  return {
    stores: {
      deliveries: worker,
      mailDomains: createMailDomains(),
      offlineMessages,
      detailSets: createDetailSetStore(db, clock, announcer.reporterFor(visitorDetailsCollection)),
      reachedGoals: createReachedGoalStore(db),
      sessionReceiver,
      tellOfSession: createTellOfSession({ clock, settings, deliveries: worker }),
      tellOfTicket: tellOfTicket({ ...tickets, clock, settings, webhooks, deliveries: worker }),
      webhooks,
    },
    start: () => worker.start(),
    async stop() {
      mailer.close();
      await worker.stop();
    },
  };
}
