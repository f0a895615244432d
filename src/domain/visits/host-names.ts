/** Finds the names of addresses. */
export interface HostNames {
  /** The name of an address; undefined if it has none, or if that could not be found out soon. Never rejects. */
  find(ip: string): Promise<string | undefined>;
}
