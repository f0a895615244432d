import type { Db } from 'mongodb';
import { DeliveryWorker } from './delivery/delivery-worker.ts';
import { createMailDomains } from './delivery/mail-domains.ts';
import { createMailer } from './delivery/mailer.ts';
import type { Clock } from './domain/clock.ts';
import type { Dependencies } from './domain/dependencies.ts';
import type { Logger } from './observability/logger.ts';
import { createDeliveryStore } from './storage/deliveries/deliveries.ts';
import { createOfflineMessageStore } from './storage/offline-messages/offline-messages.ts';

export interface DeliveryOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly mailUrl: string | undefined;
}

export interface DeliveryParts {
  readonly stores: Pick<Dependencies, 'deliveries' | 'mailDomains' | 'offlineMessages'>;
  /** Begins to deliver what waits. */
  start(): void;
  stop(): Promise<void>;
}

/** The queue of what leaves the service, with what sends it, and the messages that are mailed. */
export function createDeliveryParts(db: Db, { clock, logger, mailUrl }: DeliveryOptions): DeliveryParts {
  const mailer = createMailer(mailUrl);
  const worker = new DeliveryWorker({
    clock,
    logger,
    deliveries: createDeliveryStore(db),
    senders: { mail: ({ mail }) => mailer.send(mail) },
  });
  return {
    stores: {
      deliveries: worker,
      mailDomains: createMailDomains(),
      offlineMessages: createOfflineMessageStore(db),
    },
    start: () => worker.start(),
    async stop() {
      mailer.close();
      await worker.stop();
    },
  };
}
