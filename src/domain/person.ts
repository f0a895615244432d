/** A user or visitor, as documents refer to them. */
export interface Person {
  readonly _id: string;
  readonly username?: string;
  readonly name?: string;
}

/** Reduces a user or visitor to what documents keep about them. */
export const personOf = ({ _id, username, name }: Person): Person => ({
  _id,
  ...(username === undefined ? {} : { username }),
  ...(name === undefined ? {} : { name }),
});
