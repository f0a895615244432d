/** A document of Rocket.Chat's `rocketchat_livechat_custom_field`; its `_id` is the field's name in `livechatData`. */
export interface CustomField {
  readonly _id: string;
  readonly label: string;
  /** Whom the field describes: `visitor` or `room`. */
  readonly scope: string;
  /** `visible` or `hidden`. */
  readonly visibility: string;
  readonly type?: string;
  /** What values must match, where it is not empty. */
  readonly regexp?: string;
  readonly required?: boolean;
  readonly defaultValue?: string;
  /** The values to choose from, separated by commas. */
  readonly options?: string;
  readonly public?: boolean;
  readonly searchable?: boolean;
  readonly _updatedAt?: Date;
}

export type CustomFieldScope = 'visitor' | 'room';

/** What can be said of a field; its name is given once and for all. */
export type CustomFieldData = Omit<CustomField, '_id' | '_updatedAt'>;

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
