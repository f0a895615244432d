import type { DetailSet } from '../../domain/visitor-details/visitor-details.ts';

/** What an integrator told of a visitor. */
export const presentDetails = ({ name, icon, fields, updatedAt }: DetailSet): object => ({
  name,
  icon,
  fields,
  updatedAt,
});
