import { AppError } from '../errors.ts';
import type { JobRun, Jobs } from '../jobs.ts';
import type { InquiryStore } from '../rooms/inquiry.ts';
import type { RoomStore } from '../rooms/room.ts';
import type { DepartmentStore } from '../routing/department.ts';
import { departmentNotFound } from '../routing/department-checks.ts';
import type { Settings } from '../settings/settings.ts';

export interface RemoveDepartmentDeps {
  readonly departments: DepartmentStore;
  readonly jobs: Jobs;
  readonly settings: Settings;
}

/**
 * Removes a department. Its conversations stay, in no department; those that wait are anybody's to take. With very
 * many conversations the rest is done after this returns.
 * @throws {AppError} `error-department-removal-disabled`, `error-department-not-found`.
 */
export async function removeDepartment(
  { departments, jobs, settings }: RemoveDepartmentDeps,
  id: string,
): Promise<void> {
  if (!settings.get('Omnichannel_enable_department_removal'))
    throw new AppError('error-department-removal-disabled');
  if ((await departments.findById(id)) === null) throw departmentNotFound();
  await jobs.run('remove-department', id);
}

export interface RemoveDepartmentDataDeps {
  readonly departments: DepartmentStore;
  readonly inquiries: InquiryStore;
  readonly rooms: RoomStore;
}

/** So many rooms take a second at most. */
const roomsAtATime = 500;

/** The job: first nobody is led to the department any more, then what belongs to it is let go. */
export async function removeDepartmentData(
  { departments, inquiries, rooms }: RemoveDepartmentDataDeps,
  { subjectId: id, report }: JobRun,
): Promise<void> {
  await departments.delete(id);
  await inquiries.leaveDepartment(id);
  for (let left = roomsAtATime; left === roomsAtATime; ) {
    left = await rooms.leaveDepartment(id, roomsAtATime);
    await report({ rooms: left });
  }
}
