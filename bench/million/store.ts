import type { Db } from 'mongodb';
import { chattyRooms, inquiryOf, messageOf, roomOf, viewsOfFirstRoom, visitorOf } from './documents.ts';

/** How much of everything there is. */
export interface Amounts {
  readonly visitors: number;
  readonly rooms: number;
  readonly messages: number;
  readonly inquiries: number;
}

export const amountsOf = (visitors: number, rooms: number): Amounts => ({
  visitors,
  rooms: Math.max(rooms, chattyRooms),
  messages: viewsOfFirstRoom + 5 * Math.max(rooms, chattyRooms),
  inquiries: Math.ceil(rooms / 100),
});

const batchSize = 5_000;
const batchesAtATime = 4;

/** Stores what is missing, in bulk inserts, before any index is there. */
export async function storeEverything(db: Db, amounts: Amounts): Promise<void> {
  const all = [
    ['rocketchat_livechat_visitor', amounts.visitors, visitorOf],
    ['rocketchat_room', amounts.rooms, roomOf],
    ['rocketchat_message', amounts.messages, messageOf],
    ['rocketchat_livechat_inquiry', amounts.inquiries, inquiryOf],
  ] as const;
  for (const [name, count, make] of all) {
    const started = performance.now();
    const stored = await db.collection(name).estimatedDocumentCount();
    if (stored >= count) continue;
    let next = stored;
    const insert = async () => {
      while (next < count) {
        const from = next;
        next = Math.min(count, from + batchSize);
        const some = Array.from({ length: next - from }, (_, index) => make(from + index));
        await db.collection<{ _id: string }>(name).insertMany(some, { ordered: false });
      }
    };
    await Promise.all(Array.from({ length: batchesAtATime }, insert));
    const seconds = (performance.now() - started) / 1000;
    console.log(`  ${count - stored} in ${name} stored in ${seconds.toFixed(1)} s`);
  }
}
