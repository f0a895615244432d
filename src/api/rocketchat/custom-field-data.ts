import { boolean, matching, nullable, oneOf, openObject, optional, string } from './validation/schema.ts';

const text = optional(nullable(string()));
const flag = optional(nullable(boolean()));

/** What defines a custom field, as its form in Rocket.Chat sends it. */
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
