import { preferenceSettings, type Settings } from '../settings/settings.ts';
import type { User } from './user.ts';

const prefixLength = 'Accounts_Default_User_Preferences_'.length;

/** A user's own preferences, filled up with the workspace's defaults. */
export const preferencesOf = (settings: Settings, user: User): Readonly<Record<string, unknown>> => ({
  ...Object.fromEntries(preferenceSettings.map((id) => [id.slice(prefixLength), settings.get(id)])),
  ...user.settings?.preferences,
});
