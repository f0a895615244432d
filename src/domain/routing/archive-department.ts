import type { Clock } from '../clock.ts';
import type { DepartmentStore } from './department.ts';
import { departmentNotFound } from './department-checks.ts';

export interface ArchiveDepartmentDeps {
  readonly clock: Clock;
  readonly departments: DepartmentStore;
}

/**
 * Archives a department, which disables it, or takes it out of the archive; it stays disabled then. Its agents and
 * conversations stay.
 * @throws {AppError} `error-department-not-found`
 */
export async function setArchived(
  { clock, departments }: ArchiveDepartmentDeps,
  id: string,
  archived: boolean,
): Promise<void> {
  if (!(await departments.setArchived(id, archived, clock()))) throw departmentNotFound();
}
