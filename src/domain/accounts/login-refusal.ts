export type LoginRefusal =
  | 'unknown-user'
  | 'wrong-password'
  | 'invalid-token'
  | 'expired-token'
  | 'blocked-for-ip'
  | 'blocked-for-user'
  | 'inactive-user'
  | 'second-factor-required'
  | 'second-factor-invalid'
  | 'second-factor-by-email'
  | 'app-user';

/** A refused login; the client is told why. */
export class LoginRefusedError extends Error {
  override name = 'LoginRefusedError';
  readonly refusal: LoginRefusal;

  constructor(refusal: LoginRefusal) {
    super(refusal);
    this.refusal = refusal;
  }
}
