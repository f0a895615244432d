/** An object's type if null means "not given". */
export type WithoutNulls<T> = { [K in keyof T]: Exclude<T[K], null> };

/** Leaves out members that are null, as Rocket.Chat's handlers do if the schema allows null. */
export function withoutNulls<T extends object>(given: T): WithoutNulls<T> {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== null)) as WithoutNulls<T>;
}
