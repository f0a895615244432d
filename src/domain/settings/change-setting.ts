import type { Clock } from '../clock.ts';
import { AppError } from '../errors.ts';
import { type SettingStore, settingDefinitions } from './settings.ts';

export type ChangeSettingDeps = { readonly settings: SettingStore; readonly clock: Clock };

/**
 * Changes a setting; the new value must have the type of the current one. Returns false if there is nothing to
 * change: the setting is unknown, hidden, blocked or overridden.
 * @throws {AppError} `error-invalid-setting-value`
 */
export async function changeSetting(
  { settings, clock }: ChangeSettingDeps,
  id: string,
  value: unknown,
): Promise<boolean> {
  const current = (settingDefinitions.get(id) ?? (await settings.find(id)))?.value;
  if (current !== undefined && current !== null && !isSameType(value, current)) {
    throw new AppError('error-invalid-setting-value', {
      reason: `The value must be of type ${Array.isArray(current) ? 'array' : typeof current}`,
    });
  }
  return settings.set(id, value, clock());
}

const isSameType = (value: unknown, like: unknown): boolean =>
  value !== null && typeof value === typeof like && Array.isArray(value) === Array.isArray(like);
