import type { Clock } from '../clock.ts';
import { AppError } from '../errors.ts';
import { type SettingStore, type StoredSetting, settingDefinitions } from './settings.ts';

export type ChangeSettingDeps = { readonly settings: SettingStore; readonly clock: Clock };

/**
 * Changes a setting; the new value must have the type of the current one, and be within its bounds; a number may be
 * given as text. Returns false if there is nothing to change: the setting is unknown, hidden, blocked or overridden.
 * @throws {AppError} `error-invalid-setting-value`
 */
export async function changeSetting(
  { settings, clock }: ChangeSettingDeps,
  id: string,
  value: unknown,
): Promise<boolean> {
  const current = (settingDefinitions.get(id) ?? (await settings.find(id)))?.value;
  const changed = typeof current === 'number' ? (numberIn(value) ?? value) : value;
  refuseOtherType(changed, current);
  refuseOutOfBounds(id, changed);
  return settings.set(id, changed, clock());
}

/**
 * Changes those of the settings that have other values now, all of which are checked first. Returns false if one could
 * not be changed.
 * @throws {AppError} `error-invalid-setting-value`
 */
export async function changeSettings(
  { settings, clock }: ChangeSettingDeps,
  given: readonly StoredSetting[],
): Promise<boolean> {
  const current = new Map(
    (await settings.list(given.map(({ _id }) => _id))).map((each) => [each._id, each.value]),
  );
  for (const { _id, value } of given) refuseOtherType(value, current.get(_id));
  let isDone = true;
  for (const { _id, value } of given) {
    if (JSON.stringify(value) === JSON.stringify(current.get(_id))) continue;
    isDone = (await settings.set(_id, value, clock())) && isDone;
  }
  return isDone;
}

const numberIn = (value: unknown): number | undefined =>
  typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : undefined;

function refuseOutOfBounds(id: string, value: unknown): void {
  const { minValue = -Infinity, maxValue = Infinity } = settingDefinitions.get(id) ?? {};
  if (typeof value !== 'number' || (value >= minValue && value <= maxValue)) return;
  const bound =
    value < minValue ? `greater than or equal to ${minValue}` : `less than or equal to ${maxValue}`;
  throw new AppError('error-invalid-setting-value', { reason: `Value for setting ${id} must be ${bound}` });
}

function refuseOtherType(value: unknown, current: unknown): void {
  if (current === undefined || current === null || isSameType(value, current)) return;
  throw new AppError('error-invalid-setting-value', {
    reason: `The value must be of type ${Array.isArray(current) ? 'array' : typeof current}`,
  });
}

const isSameType = (value: unknown, like: unknown): boolean =>
  value !== null && typeof value === typeof like && Array.isArray(value) === Array.isArray(like);
