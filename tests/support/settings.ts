import { type Settings, settingDefaults } from '../../src/domain/settings/settings.ts';

export type SettingValues = typeof settingDefaults;

/** The given settings, and defaults for the rest. */
export function settingsWith(changed: Partial<SettingValues> = {}): Settings {
  const values: SettingValues = { ...settingDefaults, ...changed };
  return { get: (id) => values[id] };
}
