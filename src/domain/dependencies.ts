import type { AccessControl } from './access.ts';
import type { ActivityCounter } from './activity.ts';
import type { Clock } from './clock.ts';
import type { IdSource } from './ids.ts';
import type { LoginAttemptStore } from './login-attempts.ts';
import type { PageViewLog } from './page-view.ts';
import type { PermissionStore, RoleStore } from './permissions.ts';
import type { Settings } from './settings.ts';
import type { SystemUserSource } from './system-user.ts';
import type { UserStore } from './user.ts';

/**
 * What use cases and endpoints work with, built once in `service.ts`. Each takes only what it needs of it:
 * `Pick<Dependencies, 'settings' | 'clock'>`.
 */
export interface Dependencies {
  readonly access: AccessControl;
  readonly activity: ActivityCounter;
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly loginAttempts: LoginAttemptStore;
  readonly permissions: PermissionStore;
  readonly roles: RoleStore;
  /** The address under which the service is reached, without a trailing slash. */
  readonly rootUrl: string;
  readonly pageViews: PageViewLog;
  readonly settings: Settings;
  readonly systemUser: SystemUserSource;
  readonly users: UserStore;
}
