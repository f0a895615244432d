import { type Settings, type SettingValues, settingDefaults } from '../../src/domain/settings/settings.ts';

/** The given settings, and defaults for the rest. */
export function settingsWith(changed: Partial<SettingValues> = {}): Settings {
  const values: SettingValues = { ...settingDefaults, ...changed };
  return { get: (id) => values[id] };
}
