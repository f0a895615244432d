import { AppError } from '../errors.ts';
import type { NewDepartment } from './department.ts';
import type { DepartmentReads } from './routing.ts';

/**
 * Refuses what no department may be like.
 * @throws {AppError} `error-validating-department-chat-closing-tags` if conversations need tags to be closed and the
 *   department has none; `error-fallback-department-not-found`.
 */
export async function refuseIncomplete(
  { routing }: { readonly routing: DepartmentReads },
  { requestTagBeforeClosingChat, chatClosingTags = [], fallbackForwardDepartment }: NewDepartment,
): Promise<void> {
  if (requestTagBeforeClosingChat && chatClosingTags.length === 0) {
    const reason =
      'At least one closing tag is required when the department requires tag(s) on closing conversations.';
    throw new AppError('error-validating-department-chat-closing-tags', { reason });
  }
  if (fallbackForwardDepartment && (await routing.findDepartment(fallbackForwardDepartment)) === null)
    throw new AppError('error-fallback-department-not-found', { reason: 'Fallback department not found' });
}

export const departmentNotFound = (): AppError =>
  new AppError('error-department-not-found', { reason: 'Department not found' });
