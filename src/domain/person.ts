/** A user or visitor, as documents refer to one. */
export interface Person {
  readonly _id: string;
  readonly username?: string;
  readonly name?: string;
}

/** A user or visitor as documents refer to one. */
export const personOf = ({ _id, username, name }: Person): Person => ({
  _id,
  ...(username === undefined ? {} : { username }),
  ...(name === undefined ? {} : { name }),
});
