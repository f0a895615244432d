import type { Collection, Db, Filter } from 'mongodb';
import {
  defaultsBesideRocketChat,
  isObeyed,
  type SettingDefinition,
  type SettingId,
  type SettingStore,
  type SettingValue,
  type SettingValues,
  type StoredSetting,
  settingDefaults,
  settingDefinitions,
} from '../../domain/settings/settings.ts';
import { isDuplicateKey } from '../mongodb/client.ts';
import { cacheValue } from './cached-value.ts';
import type { Refreshable } from './refresh.ts';

/** A document of `rocketchat_settings`, as far as the service reads and writes it. */
interface SettingDocument {
  readonly _id: string;
  readonly value?: unknown;
  readonly packageValue?: unknown;
  readonly type?: string;
  readonly hidden?: boolean;
  readonly blocked?: boolean;
  readonly ts?: Date;
  readonly createdAt?: Date;
  readonly _updatedAt?: Date;
}

/** A setting that every Rocket.Chat stores at its first start, and Foyer never. */
const traceOfRocketChat = 'uniqueID';

/** The number of the last guest, which changes with each of them; its value is only ever read from the database. */
const guestCount: SettingId = 'Livechat_guest_count';

const keptInMemory: ReadonlySet<string> = new Set(
  [...Object.keys(settingDefaults), traceOfRocketChat].filter((id) => id !== guestCount),
);

/** Whether a change of the setting makes what is kept in memory out of date. */
export const isKeptInMemory = (id: string): boolean => keptInMemory.has(id);

/** `rocketchat_settings`. What the service reads is kept in memory and read again whenever `refresh` is called. */
export function createSettingStore(
  db: Db,
  overrides: Readonly<Record<string, string>>,
): SettingStore & Refreshable {
  const collection: Collection<SettingDocument> = db.collection('rocketchat_settings');
  const fixed = new Map(Object.entries(overrides));
  const cached = cacheValue(new Map<string, unknown>(), async () => {
    const documents = await collection.find({ _id: { $in: [...keptInMemory] } }).toArray();
    return new Map(documents.map(({ _id, value }) => [_id, value]));
  });
  const isBesideRocketChat = () => cached.current().has(traceOfRocketChat);
  const defaultOf = <Id extends SettingId>(id: Id): SettingValues[Id] =>
    (isBesideRocketChat() ? defaultsBesideRocketChat[id] : undefined) ?? settingDefaults[id];
  const effectiveValue = <Id extends SettingId>(id: Id, stored: unknown): SettingValues[Id] =>
    asTypeOf(defaultOf(id), fixed.get(id) ?? stored);

  const shown = (id: string, found: SettingDocument | null): StoredSetting | null => {
    if (found?.hidden) return null;
    if (isObeyed(id)) return { _id: id, value: effectiveValue(id, found?.value) };
    const setting = found ?? settingDefinitions.get(id);
    return setting ? { _id: id, value: overridden(fixed.get(id), setting.value) } : null;
  };

  return {
    refresh: cached.refresh,
    isBesideRocketChat,
    get: (id) => effectiveValue(id, cached.current().get(id)),
    find: async (id) => shown(id, await collection.findOne({ _id: id })),
    async list(ids) {
      const found = await collection.find({ _id: { $in: [...ids] } }).toArray();
      const stored = new Map(found.map((document) => [document._id, document]));
      return ids.flatMap((id) => shown(id, stored.get(id) ?? null) ?? []);
    },
    async set(id, value, at) {
      if (fixed.has(id)) return false;
      const written = await write(collection, id, value, at);
      if (written) await cached.refreshAfterWrite();
      return written;
    },
  };
}

/** Writes a setting that is stored, or one of a fresh database that is not stored yet, in one atomic write. */
async function write(
  collection: Collection<SettingDocument>,
  id: string,
  value: unknown,
  at: Date,
): Promise<boolean> {
  const filter: Filter<SettingDocument> = { _id: id, hidden: { $ne: true }, blocked: { $ne: true } };
  const $set = { value, _updatedAt: at };
  const isChanged = async () => (await collection.updateOne(filter, { $set })).matchedCount === 1;
  const definition = settingDefinitions.get(id);
  if (!definition) return isChanged();
  try {
    const $setOnInsert = newDocument(definition, at);
    await collection.updateOne(filter, { $set, $setOnInsert }, { upsert: true });
    return true;
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
    // The document is hidden or blocked, or another request has just created it. MongoDB itself repeats an upsert only
    // if its filter consists of equalities.
    return isChanged();
  }
}

/** What Rocket.Chat expects in a setting's document besides the value. */
const newDocument = ({ value, type }: SettingDefinition, at: Date) => ({
  packageValue: value,
  type,
  hidden: false,
  blocked: false,
  ts: at,
  createdAt: at,
});

/** The environment's text, converted to the type of the stored value. */
const overridden = (text: string | undefined, stored: unknown): unknown =>
  text !== undefined && isSettingValue(stored) ? asTypeOf(stored, text) : (text ?? stored);

const isSettingValue = (value: unknown): value is SettingValue =>
  typeof value === 'boolean' ||
  typeof value === 'number' ||
  typeof value === 'string' ||
  Array.isArray(value);

/** Several choices: a list, or a comma-separated string, which is how the environment gives them. */
function listed(value: unknown): readonly string[] | undefined {
  const items: unknown = typeof value === 'string' ? value.split(',').filter(Boolean) : value;
  return Array.isArray(items) ? items.filter((item) => typeof item === 'string') : undefined;
}

/** The value, converted to the type of the model; if that is impossible, the model. */
const asTypeOf = <T extends SettingValue>(model: T, value: unknown): T =>
  (converted(model, value) ?? model) as T;

function converted(model: SettingValue, value: unknown): unknown {
  if (typeof model === 'object') return listed(value);
  if (typeof value === typeof model) return value;
  if (typeof value !== 'string') return undefined;
  if (typeof model === 'boolean') return value === 'true';
  return value.trim() !== '' && Number.isFinite(Number(value)) ? Number(value) : undefined;
}
