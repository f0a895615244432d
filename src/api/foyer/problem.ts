import { STATUS_CODES } from 'node:http';
import type { AppErrorCode } from '../../domain/errors.ts';
import { DialectError } from '../../http/failure.ts';

/** Problem details as RFC 9457 has them; `code` is for programs. */
export interface ProblemDetails {
  readonly type: 'about:blank';
  readonly title: string;
  readonly status: number;
  readonly code: string;
  readonly detail?: string | undefined;
  /** What is wrong with the input, one entry each. */
  readonly errors?: readonly { readonly in: string; readonly field: string; readonly message: string }[];
}

/** A refusal of this dialect. */
export class Problem extends DialectError {
  override name = 'Problem';
  readonly details: ProblemDetails;

  constructor(status: number, code: string, more: Pick<ProblemDetails, 'detail' | 'errors'> = {}) {
    super(code);
    this.details = problemDetails(status, code, more);
  }
}

export const problemDetails = (
  status: number,
  code: string,
  more: Pick<ProblemDetails, 'detail' | 'errors'> = {},
): ProblemDetails => ({ type: 'about:blank', title: STATUS_CODES[status] ?? '', status, code, ...more });

/** The refusals of the domain that are not a 400. */
const statusOfCode: Partial<Record<AppErrorCode, number>> = {
  'ban-not-found': 404,
  banned: 403,
  'cannot-merge': 409,
  'error-token-already-exists': 409,
  'error-token-does-not-exists': 404,
  'erasure-not-found': 404,
  'not-allowed': 403,
  'offline-message-not-found': 404,
  'visitor-not-found': 404,
};

/** The status for a refusal of the domain. */
export const statusOf = (code: AppErrorCode): number => statusOfCode[code] ?? 400;
