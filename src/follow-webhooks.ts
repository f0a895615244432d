import { chatEventListener } from './api/livechat/dialect.ts';
import type { Dependencies } from './domain/dependencies.ts';
import type { Webhook } from './domain/webhooks/webhook.ts';
import type { Logger } from './observability/logger.ts';
import type { Announcer } from './storage/feed/announcer.ts';
import { webhookCollection } from './storage/webhooks/webhooks.ts';

/** Without a change stream, a webhook that another instance adds is told of events after this time. */
const lookEveryMs = 3_000;

export interface WebhookFollowing {
  /** Looks for webhooks. Call before the feed starts, so that they are told of what happened since the last run. */
  start(): Promise<void>;
  stop(): void;
}

/** Listens to what becomes of rooms as long as there are webhooks: rooms are read again for those who listen. */
export function followForWebhooks(
  deps: Dependencies,
  announcer: Announcer,
  logger: Logger,
): WebhookFollowing {
  let known: Webhook[] = [];
  let stopListening: (() => void) | undefined;
  let timer: NodeJS.Timeout | undefined;
  const listener = chatEventListener({ ...deps, webhooks: { ...deps.webhooks, list: async () => known } });
  const look = async () => {
    known = await deps.webhooks.list();
    if (known.length > 0) stopListening ??= deps.events.listen(listener);
    else {
      stopListening?.();
      stopListening = undefined;
    }
  };
  let looking = Promise.resolve();
  // One after the other, so that the latest list is the one that is kept.
  const lookAgain = () => {
    looking = looking
      .then(look)
      .catch((error: unknown) => logger.debug({ err: error }, 'webhooks are as they were before, for now'));
  };
  announcer.follow(webhookCollection, lookAgain, { looksByDate: true });
  return {
    async start() {
      await look();
      timer = setInterval(lookAgain, lookEveryMs).unref();
    },
    stop() {
      clearInterval(timer);
      stopListening?.();
    },
  };
}
