import type { Clock } from '../clock.ts';
import { AppError } from '../errors.ts';
import type { IdSource } from '../ids.ts';
import type { GivenTrigger, TriggerStore } from './trigger.ts';

export interface SaveTriggerDeps {
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly triggers: TriggerStore;
}

/**
 * Changes the trigger with the id, or adds one if there is no id.
 * @throws {AppError} `trigger-not-found`
 */
export async function saveTrigger(
  { clock, ids, triggers }: SaveTriggerDeps,
  id: string | undefined,
  given: GivenTrigger,
): Promise<void> {
  const now = clock();
  if (id === undefined) await triggers.add({ _id: ids.hexId(), ...given, _updatedAt: now });
  else if (!(await triggers.change(id, given, now))) throw new AppError('trigger-not-found');
}
