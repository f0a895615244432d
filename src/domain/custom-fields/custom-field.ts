/** A document of Rocket.Chat's `rocketchat_livechat_custom_field`; its `_id` is the field's name in `livechatData`. */
export interface CustomField {
  readonly _id: string;
  readonly label: string;
  /** Whom the field describes: `visitor` or `room`. */
  readonly scope: string;
  /** `visible` or `hidden`. */
  readonly visibility: string;
  readonly type?: string | undefined;
  /** What values must match, where it is not empty. */
  readonly regexp?: string | undefined;
  readonly required?: boolean | undefined;
  readonly defaultValue?: string | undefined;
  /** The values to choose from, separated by commas. */
  readonly options?: string | undefined;
  readonly public?: boolean | undefined;
  readonly searchable?: boolean | undefined;
  readonly _updatedAt?: Date;
}

export type CustomFieldScope = 'visitor' | 'room';

/** What can be said of a field; its name is given once and for all. */
export type CustomFieldData = Omit<CustomField, '_id' | '_updatedAt'>;

/** A value as a client sends it. */
export interface GivenField {
  readonly key: string;
  readonly value: string;
  /** Whether it replaces a value that is stored. */
  readonly overwrite: boolean;
}

/** Values of custom fields, by the field's `_id`. */
export interface CustomFieldValues {
  readonly always: Readonly<Record<string, string>>;
  /** Set only where nothing, or nothing but an empty text, is stored. */
  readonly ifAbsent: Readonly<Record<string, string>>;
}

/** A document's values of custom fields, by the field's `_id`. */
type StoredValues = Readonly<Record<string, unknown>> | undefined;

/**
 * A document's value of a custom field; undefined where it has none. A field may bear a name that every object has, such
 * as `constructor`, so this is the only way in which values are read.
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
  /** Every field, in the order asked for. */
  listAll(sort: Readonly<Record<string, 1 | -1>>): Promise<CustomField[]>;
  /** Every field of the scope. */
  listByScope(scope: CustomFieldScope): Promise<CustomField[]>;
  /** Stores a new field; null where one with its name exists. */
  create(id: string, data: CustomFieldData): Promise<CustomField | null>;
  /** Changes a field; null for one that is not there. */
  update(id: string, data: CustomFieldData): Promise<CustomField | null>;
  /** Whether there was one to remove. */
  remove(id: string): Promise<boolean>;
}
