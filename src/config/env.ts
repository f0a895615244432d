/** The environment as it is. This is the only file that reads `process.env`. */
export type Env = Readonly<Record<string, string | undefined>>;

/** A snapshot of the process's environment. */
export const readEnv = (): Env => ({ ...process.env });
