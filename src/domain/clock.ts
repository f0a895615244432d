/** The current time; tests supply their own. */
export type Clock = () => Date;

export const systemClock: Clock = () => new Date();
