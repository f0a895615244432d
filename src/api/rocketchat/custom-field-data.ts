import { boolean, matching, nullable, oneOf, openObject, optional, string } from './validation/schema.ts';

const text = optional(nullable(string()));
const flag = optional(nullable(boolean()));

/** The definition of a custom field, as Rocket.Chat's form sends it. */
export const customFieldData = openObject({
  field: matching(/^[0-9a-zA-Z_-]+$/),
  label: string(),
  scope: oneOf('visitor', 'room'),
  visibility: string(),
  type: text,
  regexp: text,
  required: flag,
  defaultValue: text,
  options: text,
  public: flag,
  searchable: flag,
});
