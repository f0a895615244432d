import { DialectError } from '../../http/failure.ts';

/** A failure in REVE Chat's terms: a status and a body, which is a plain text or JSON. */
export class ReveChatError extends DialectError {
  override name = 'ReveChatError';
  readonly status: number;
  readonly body: string | object;

  constructor(status: number, body: string | object) {
    super(typeof body === 'string' ? body : JSON.stringify(body));
    this.status = status;
    this.body = body;
  }
}

/** REVE Chat's JSON form: `error` is an array. */
export const errorList = (code: number, message: string): ReveChatError =>
  new ReveChatError(code, { error: [{ code, message }] });

/** Plain text, which REVE Chat sends as JSON all the same. */
export const badCredentials = (): ReveChatError => new ReveChatError(401, 'Bad credentials');

/** The other plain text. */
export const notSuperAdmin = (): ReveChatError =>
  new ReveChatError(403, 'Access is denied! Only user with Super Admin role can access the REST API');

/** The sentence says "a another" in REVE Chat, too. */
export const notFound = (what: string, id: bigint): ReveChatError =>
  errorList(404, `No Record found for ${what} Id = ${id}. Please enter a another ${what} Id.`);
