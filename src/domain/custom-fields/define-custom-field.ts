import { AppError } from '../errors.ts';
import type { CustomField, CustomFieldData, CustomFieldStore } from './custom-field.ts';

export interface DefineCustomFieldDeps {
  readonly customFields: CustomFieldStore;
}

export interface CustomFieldDefinition extends CustomFieldData {
  /** The name of a new field, which never changes. */
  readonly field: string;
}

/**
 * Defines a custom field, or changes the one with the id.
 * @throws {AppError} `error-custom-field-name-already-exists`, or `invalid-custom-field` if none has the id.
 */
export async function defineCustomField(
  { customFields }: DefineCustomFieldDeps,
  id: string | undefined,
  { field, ...data }: CustomFieldDefinition,
): Promise<CustomField> {
  const saved = id ? await customFields.update(id, data) : await customFields.create(field, data);
  if (!saved) throw new AppError(id ? 'invalid-custom-field' : 'error-custom-field-name-already-exists');
  return saved;
}

/**
 * Removes a custom field; the values stored on visitors and rooms stay.
 * @throws {AppError} `invalid-custom-field` if none has the id.
 */
export async function removeCustomField({ customFields }: DefineCustomFieldDeps, id: string): Promise<void> {
  if (!(await customFields.remove(id))) throw new AppError('invalid-custom-field');
}
