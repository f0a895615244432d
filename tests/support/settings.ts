import { type Settings, settingDefaults } from '../../src/domain/settings/settings.ts';

export type SettingValues = typeof settingDefaults;

/** The settings with their defaults in everything but what is given. */
export function settingsWith(changed: Partial<SettingValues> = {}): Settings {
  const values: SettingValues = { ...settingDefaults, ...changed };
  return { get: (id) => values[id] };
}
