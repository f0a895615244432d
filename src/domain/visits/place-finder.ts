import type { Place } from './visit.ts';

/** Finds out where addresses are, from memory. */
export interface PlaceFinder {
  /** Where an address is, as far as that is known. */
  placeOf(ip: string): Place;
}
