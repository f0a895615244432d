import type { AppErrorCode } from '../../domain/errors.ts';

/**
 * How Rocket.Chat's handler fails: it throws a plain error (just its text) or a Meteor error (text and code), or it
 * returns the failure (text, and the code as `errorType`; or just the code, as `reason`), `forbidden()` (403) or
 * `notFound()` (404).
 */
export type Form = 'plain' | 'meteor' | 'returned' | 'reason' | 'forbidden' | 'not-found';

/** Rocket.Chat's wording; what is absent is taken from the domain's error. */
export interface Wording {
  readonly form: Form;
  readonly code?: string | undefined;
  readonly reason?: string | undefined;
  /** Added before the error's own details. */
  readonly details?: Readonly<Record<string, unknown>> | undefined;
}

/** A plain error: just its text. */
export const plain = (reason?: string): Wording => ({ form: 'plain', reason });
/** A Meteor error. */
export const meteor = (code?: string, reason?: string, details?: Wording['details']): Wording => ({
  form: 'meteor',
  code,
  reason,
  details,
});
export const returned: Wording = { form: 'returned' };
export const asReason: Wording = { form: 'reason' };
export const forbidden: Wording = { form: 'forbidden', reason: 'unauthorized' };

/** An operation's own wordings. */
export type Wordings = Partial<Record<AppErrorCode, Wording>>;
