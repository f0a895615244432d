/** One fact about a visitor; with a `url`, the value is a link to it. */
export interface DetailField {
  readonly name: string;
  readonly value: string | number | boolean | null;
  readonly url?: string;
}

/** What an integrator tells about a visitor, under a name of its own. */
export interface DetailSet {
  /** The id of the visitor's record. */
  readonly recordId: string;
  readonly name: string;
  readonly icon: string;
  readonly fields: readonly DetailField[];
  readonly updatedAt: Date;
}

/** The document of `foyer_visitor_details`. */
export interface StoredDetailSet extends DetailSet {
  readonly _id: string;
  readonly _updatedAt: Date;
}

export interface DetailSetStore {
  /** Stores a set in place of the one of the same name; false if the visitor has too many others. */
  put(set: DetailSet): Promise<boolean>;
  /** A visitor's sets, by name. */
  list(recordId: string): Promise<DetailSet[]>;
  /** Makes the sets another visitor's, who keeps their own under the same names. */
  move(fromRecordId: string, toRecordId: string): Promise<void>;
  /** Deletes a visitor's sets; returns how many. */
  deleteByVisitor(recordId: string): Promise<number>;
}
