import { AppError } from '../errors.ts';
import type { Settings } from '../settings/settings.ts';
import type { User } from './user.ts';

/** A field in `Accounts_CustomFields`, which administrators write as JSON; anything may be missing. */
interface UserCustomField {
  readonly type?: unknown;
  readonly required?: unknown;
  readonly minLength?: unknown;
  readonly maxLength?: unknown;
  readonly options?: unknown;
  readonly sendToIntegrations?: unknown;
}

/**
 * A user's custom fields, of those that the site has defined; others are left out.
 * @param definitions the value of `Accounts_CustomFields`: a JSON object with a member for each field.
 * @throws {AppError} `error-user-registration-custom-field` for a value that does not fit, and
 *   `error-invalid-customfield-json` for definitions that are no object.
 */
export function readUserCustomFields(
  definitions: string,
  given: Readonly<Record<string, unknown>>,
): Readonly<Record<string, string>> {
  const values = Object.entries(parseDefinitions(definitions)).map(([name, field]): [string, string] => {
    const value = Object.hasOwn(given, name) ? (given[name] ?? '') : '';
    const reason = typeof value === 'string' ? problemOf(name, field, value.trim()) : invalidValue(name);
    if (reason !== undefined) throw new AppError('error-user-registration-custom-field', { reason });
    return [name, String(value)];
  });
  return Object.fromEntries(values.filter(([name]) => Object.hasOwn(given, name)));
}

/**
 * Those of a user's custom fields that others than users may see, visitors and webhooks: the ones whose definition says
 * `sendToIntegrations`, as in Rocket.Chat. Definitions that cannot be read name none. Undefined if the user has no custom
 * fields at all.
 */
export function sharedCustomFields(
  settings: Settings,
  { customFields }: Pick<User, 'customFields'>,
): Readonly<Record<string, unknown>> | undefined {
  if (customFields === undefined) return undefined;
  const defined = definedFields(settings.get('Accounts_CustomFields'));
  const isShared = (name: string) =>
    Object.hasOwn(defined, name) && defined[name]?.sendToIntegrations === true;
  return Object.fromEntries(Object.entries(customFields).filter(([name]) => isShared(name)));
}

function definedFields(definitions: string): Readonly<Record<string, UserCustomField>> {
  try {
    return parseDefinitions(definitions);
  } catch (error) {
    if (error instanceof AppError) return {};
    throw error;
  }
}

function parseDefinitions(definitions: string): Readonly<Record<string, UserCustomField>> {
  if (definitions.trim() === '') return {};
  const invalid = (cause?: unknown) =>
    new AppError('error-invalid-customfield-json', { reason: 'Invalid JSON for Custom Fields', cause });
  let parsed: unknown;
  try {
    parsed = JSON.parse(definitions);
  } catch (cause) {
    throw invalid(cause);
  }
  if (typeof parsed !== 'object' || parsed === null || !Object.values(parsed).every(isObject))
    throw invalid();
  return parsed as Readonly<Record<string, UserCustomField>>;
}

const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null;

const invalidValue = (name: string): string => `Value for field ${name} is invalid`;

/** What is wrong with a value, in Rocket.Chat's words. */
function problemOf(name: string, field: UserCustomField, value: string): string | undefined {
  const { type, required, options, maxLength, minLength } = field;
  if (required && value === '') return `Field ${name} is required`;
  if (type === 'select' && !(Array.isArray(options) && options.includes(value))) return invalidValue(name);
  if (Number(maxLength) > 0 && value.length > Number(maxLength))
    return `Max length of field ${name} ${maxLength}`;
  if (Number(minLength) > 0 && value.length < Number(minLength))
    return `Min length of field ${name} ${minLength}`;
  return undefined;
}
