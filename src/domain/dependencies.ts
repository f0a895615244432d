import type { AccessControl } from './access.ts';
import type { Clock } from './clock.ts';
import type { IdSource } from './ids.ts';
import type { Settings } from './settings.ts';

/**
 * What use cases and endpoints work with, built once in `service.ts`. Each takes only what it needs of it:
 * `Pick<Dependencies, 'settings' | 'clock'>`.
 */
export interface Dependencies {
  readonly access: AccessControl;
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly settings: Settings;
}
