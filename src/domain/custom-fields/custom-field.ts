/** A document of Rocket.Chat's `rocketchat_livechat_custom_field`; its `_id` is the field's name in `livechatData`. */
export interface CustomField {
  readonly _id: string;
  readonly label: string;
  /** What the field describes: `visitor` or `room`. */
  readonly scope: string;
  /** `visible` or `hidden`. */
  readonly visibility: string;
  readonly type?: string | undefined;
  /** The pattern that values must match, unless empty. */
  readonly regexp?: string | undefined;
  readonly required?: boolean | undefined;
  readonly defaultValue?: string | undefined;
  /** The choices, separated by commas. */
  readonly options?: string | undefined;
  readonly public?: boolean | undefined;
  readonly searchable?: boolean | undefined;
  readonly _updatedAt?: Date;
}

export type CustomFieldScope = 'visitor' | 'room';

/** The definition of a field; its name never changes. */
export type CustomFieldData = Omit<CustomField, '_id' | '_updatedAt'>;

/** A value that a client sent. */
export interface GivenField {
  readonly key: string;
  readonly value: string;
  /** Whether it replaces a stored value. */
  readonly overwrite: boolean;
}

/** Values of custom fields, by the field's `_id`. */
export interface CustomFieldValues {
  readonly always: Readonly<Record<string, string>>;
  /** Set only if nothing, or an empty string, is stored. */
  readonly ifAbsent: Readonly<Record<string, string>>;
}

/** A document's values of custom fields, by the field's `_id`. */
type StoredValues = Readonly<Record<string, unknown>> | undefined;

/**
 * A document's value of a custom field; undefined if it has none. A field may have a name that every object has, such
 * as `constructor`, so values are only read in this way.
 */
export const customFieldValue = (values: StoredValues, id: string): unknown =>
  values && Object.hasOwn(values, id) ? values[id] : undefined;

/** The fields that people may see, each with a document's value of it. */
export const visibleFieldValues = (
  fields: readonly CustomField[],
  values: StoredValues,
): { readonly field: CustomField; readonly value: unknown }[] =>
  fields
    .filter(({ visibility }) => visibility !== 'hidden')
    .map((field) => ({ field, value: customFieldValue(values, field._id) }));

/** Custom fields. A site has a handful of them. */
export interface CustomFieldStore {
  findById(id: string): Promise<CustomField | null>;
  /** All fields, in the given order. */
  listAll(sort: Readonly<Record<string, 1 | -1>>): Promise<CustomField[]>;
  /** All fields of the scope. */
  listByScope(scope: CustomFieldScope): Promise<CustomField[]>;
  /** Stores a new field; null if there is one of that name. */
  create(id: string, data: CustomFieldData): Promise<CustomField | null>;
  /** Changes a field; null if there is none. */
  update(id: string, data: CustomFieldData): Promise<CustomField | null>;
  /** Removes a field; false if there was none. */
  remove(id: string): Promise<boolean>;
}
