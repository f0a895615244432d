// Dependencies of requests that race, or die half-way.
import type { Dependencies } from '../../src/domain/dependencies.ts';

/** The same with some operations of a store replaced. */
export const withOperations = <Store extends keyof Dependencies>(
  deps: Dependencies,
  store: Store,
  replaced: Partial<Dependencies[Store]>,
): Dependencies => ({ ...deps, [store]: { ...deps[store], ...replaced } });

/** An operation at which the process dies. */
export const died = async (): Promise<never> => {
  throw new Error('the process died');
};

/** The dependencies of a request that dies when its message is stored and not counted yet. */
export const dyingBeforeCounting = (deps: Dependencies): Dependencies =>
  withOperations(deps, 'roomActivity', { recordMessage: died, recordUncounted: died });
