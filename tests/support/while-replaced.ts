/** Does the work while some members of an object are others, and then puts them back. */
export async function whileReplaced<T extends object>(
  object: T,
  members: Partial<T>,
  work: () => Promise<void>,
): Promise<void> {
  const whole = { ...object };
  Object.assign(object, members);
  try {
    await work();
  } finally {
    Object.assign(object, whole);
  }
}
