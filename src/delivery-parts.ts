import type { Db } from 'mongodb';
import { tellOfTicket } from './api/livechat/dialect.ts';
import { createAddressGuard } from './delivery/address-guard.ts';
import { DeliveryWorker } from './delivery/delivery-worker.ts';
import { createMailDomains } from './delivery/mail-domains.ts';
import { createMailer } from './delivery/mailer.ts';
import { createWebhookSender } from './delivery/webhook-sender.ts';
import type { Clock } from './domain/clock.ts';
import type { Dependencies } from './domain/dependencies.ts';
import type { Settings } from './domain/settings/settings.ts';
import type { Logger } from './observability/logger.ts';
import { createDeliveryStore } from './storage/deliveries/deliveries.ts';
import { createOfflineMessageStore } from './storage/offline-messages/offline-messages.ts';
import { createDetailSetStore } from './storage/visitor-details/visitor-details.ts';
import { createWebhookStore } from './storage/webhooks/webhooks.ts';

export interface DeliveryOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly settings: Settings;
  readonly mailUrl: string | undefined;
  /** Hosts and networks that receivers of events may be in although they are not public. */
  readonly webhookAllow: readonly string[];
}

export interface DeliveryParts {
  readonly stores: Pick<
    Dependencies,
    'deliveries' | 'detailSets' | 'mailDomains' | 'offlineMessages' | 'tellOfTicket' | 'webhooks'
  >;
  /** Begins to deliver what waits. */
  start(): void;
  stop(): Promise<void>;
}

/** The queue of what leaves the service, with what sends it, and the messages that are mailed. */
export function createDeliveryParts(
  db: Db,
  { clock, logger, mailUrl, settings, webhookAllow }: DeliveryOptions,
): DeliveryParts {
  const mailer = createMailer(mailUrl);
  const worker = new DeliveryWorker({
    clock,
    logger,
    deliveries: createDeliveryStore(db),
    senders: {
      mail: ({ mail }) => mailer.send(mail),
      webhook: createWebhookSender(createAddressGuard(webhookAllow)),
    },
  });
  const webhooks = createWebhookStore(db);
  return {
    stores: {
      deliveries: worker,
      mailDomains: createMailDomains(),
      offlineMessages: createOfflineMessageStore(db),
      detailSets: createDetailSetStore(db),
      tellOfTicket: tellOfTicket({ clock, settings, webhooks, deliveries: worker }),
      webhooks,
    },
    start: () => worker.start(),
    async stop() {
      mailer.close();
      await worker.stop();
    },
  };
}
