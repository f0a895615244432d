import { meteorError } from '../errors.ts';

/**
 * The time that a query gives as `updatedSince`, if it does.
 * @throws {RocketChatError} `error-updatedSince-param-invalid`
 */
export function readUpdatedSince(text: string | null | undefined): Date | undefined {
  if (!text) return undefined;
  const date = new Date(text);
  if (!Number.isNaN(date.getTime())) return date;
  const reason = 'The "updatedSince" query parameter must be a valid date.';
  throw meteorError('error-updatedSince-param-invalid', reason);
}
