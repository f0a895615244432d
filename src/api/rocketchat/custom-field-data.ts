import { boolean, matching, nullable, oneOf, openObject, optional, string } from './validation/schema.ts';

const flag = optional(nullable(boolean()));

/** The definition of a custom field, as Rocket.Chat's form sends it. */
export const customFieldData = openObject({
  field: matching(/^[0-9a-zA-Z_-]+$/, 'id'),
  label: string('name'),
  scope: oneOf('visitor', 'room'),
  visibility: string('word'),
  type: optional(nullable(string('word'))),
  regexp: optional(nullable(string('pattern'))),
  required: flag,
  defaultValue: optional(nullable(string('fieldValue'))),
  options: optional(nullable(string('description'))),
  public: flag,
  searchable: flag,
});
