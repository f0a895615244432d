/** A script, or nothing. */
export type TrackerOutput = { readonly script: string } | null;
