import type { Collection, Db } from 'mongodb';
import { type SettingId, type Settings, settingDefaults } from '../domain/settings.ts';

/** A document of `rocketchat_settings`, as far as the service reads it. */
export interface SettingDocument {
  readonly _id: string;
  readonly value?: unknown;
}

/** Settings kept in memory and read anew from `rocketchat_settings` whenever `refresh` is called. */
export interface SettingStore extends Settings {
  refresh(): Promise<void>;
}

export function createSettingStore(db: Db, overrides: Readonly<Record<string, string>>): SettingStore {
  const collection: Collection<SettingDocument> = db.collection('rocketchat_settings');
  const known = Object.keys(settingDefaults);
  const fixed = new Map(Object.entries(overrides));
  let stored = new Map<string, unknown>();
  return {
    get(id) {
      const fallback = settingDefaults[id];
      const value = fixed.get(id) ?? stored.get(id);
      return typed(value, fallback) as never;
    },
    async refresh() {
      const documents = await collection.find({ _id: { $in: known } }).toArray();
      stored = new Map(documents.map(({ _id, value }) => [_id, value]));
    },
  };
}

type Default = (typeof settingDefaults)[SettingId];

/** The value in the type of its default; a value of another type counts as absent. */
function typed(value: unknown, fallback: Default): Default {
  if (typeof value === typeof fallback) return value as Default;
  if (typeof value !== 'string') return fallback;
  if (typeof fallback === 'boolean') return value === 'true';
  return value.trim() !== '' && Number.isFinite(Number(value)) ? Number(value) : fallback;
}
