const patienceMs = 10_000;

/** Repeats an assertion until it holds. @throws what it throws at last, when it has not held for too long. */
export async function eventually(assertion: () => void | Promise<void>): Promise<void> {
  const until = Date.now() + patienceMs;
  for (;;) {
    try {
      return await assertion();
    } catch (error) {
      if (Date.now() > until) throw error;
    }
    // A pause that gives the processor to the awaited work.
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
