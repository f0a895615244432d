import type { Collection, Db } from 'mongodb';
import type { Webhook, WebhookStore } from '../../domain/webhooks/webhook.ts';
import type { WriteReporter } from '../feed/write-reporter.ts';
import { insertNew } from '../mongodb/insert-new.ts';

export const webhookCollection = 'foyer_webhook';

export const notedTagsCollection = 'foyer_noted_tags';

/** The tags of a room, as its webhooks know them. */
interface NotedTags {
  /** The room's. */
  readonly _id: string;
  readonly tags: readonly string[];
  readonly version: number;
  readonly expireAt: Date;
}

/** Long after anybody would tag a closed room. */
const keepTagsMs = 90 * 24 * 60 * 60 * 1000;

/** Each event is sent to all that ask for it. Two that are added at once may make one more. */
const mostWebhooks = 100;

/** Webhooks in `foyer_webhook`. */
export function createWebhookStore(db: Db, reporter: WriteReporter): WebhookStore {
  const collection: Collection<Webhook> = db.collection(webhookCollection);
  const noted: Collection<NotedTags> = db.collection(notedTagsCollection);
  const list = () =>
    collection
      .find({ _id: { $gte: '' } })
      .limit(2 * mostWebhooks)
      .toArray();
  return {
    list: async () => (await list()).sort((a, b) => a.createdAt.getTime() - b.createdAt.getTime()),
    async add(webhook) {
      if ((await list()).length >= mostWebhooks) return false;
      await collection.insertOne(webhook);
      reporter.added(webhook);
      return true;
    },
    async remove(id) {
      const { deletedCount } = await collection.deleteOne({ _id: id });
      reporter.removed([{ _id: id }]);
      return deletedCount === 1;
    },
    hasToken: async (token) => (await collection.findOne({ token }, { projection: { _id: 1 } })) !== null,
    async tagsVersion(roomId, tags) {
      const known = await noted.findOne({ _id: roomId });
      const isSame = (known?.tags ?? []).join('\n') === tags.join('\n');
      return isSame ? undefined : (known?.version ?? 0) + 1;
    },
    async noteTags(roomId, tags, version, at) {
      const expireAt = new Date(at.getTime() + keepTagsMs);
      const change = { $set: { tags, version, expireAt } };
      // Another instance may have noted a later change meanwhile.
      if (version > 1) await noted.updateOne({ _id: roomId, version: version - 1 }, change);
      else await insertNew(noted, { _id: roomId, tags, version, expireAt });
    },
    async forgetTags(roomIds) {
      await noted.deleteMany({ _id: { $in: [...roomIds] } });
    },
  };
}
