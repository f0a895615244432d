import type { Document } from 'mongodb';

/** An update without the operators that have no field: MongoDB before 5.0 refuses them. */
export const withoutEmpty = <Update extends Document>(update: Update): Partial<Update> =>
  Object.fromEntries(
    Object.entries(update).filter(([, fields]) => Object.keys(fields).length > 0),
  ) as Partial<Update>;
