import type { AppErrorCode } from '../../domain/errors.ts';
import { DialectError } from '../../http/failure.ts';

/** A failure in LiveChat's terms: a status and `error` with a text or `errors` with a list. */
export class LiveChatError extends DialectError {
  override name = 'LiveChatError';
  readonly status: number;
  readonly body: { readonly error: string } | { readonly errors: readonly string[] };

  constructor(status: number, body: LiveChatError['body']) {
    super(JSON.stringify(body));
    this.status = status;
    this.body = body;
  }
}

/** Whoever has no right is answered like whoever is not known. */
export const noRights = (): LiveChatError =>
  new LiveChatError(401, {
    error: 'You have no rights to access this data. Check your API Key and/or username',
  });

export const invalid = (...errors: string[]): LiveChatError => new LiveChatError(400, { errors });

export const notFound = (error = 'Not found'): LiveChatError => new LiveChatError(404, { error });

/** The domain's refusals that LiveChat has words for. */
const refusals: Partial<Record<AppErrorCode, LiveChatError>> = {
  'error-invalid-email': invalid('to must be an e-mail address'),
  'invalid-room': notFound('There is no chat with this id'),
  'not-allowed': noRights(),
  'too-many-details': invalid('This visitor has too many sets of details'),
  'too-many-goals': invalid('This visitor has reached too many goals'),
  'visitor-not-found': notFound('There is no visitor with this id'),
};

/** What clients are told when the domain refuses. */
export const refusalOf = (code: AppErrorCode): LiveChatError => refusals[code] ?? invalid(code);
