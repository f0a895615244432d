/** A name in two parts. */
export interface SplitName {
  readonly firstName: string;
  readonly lastName: string;
}

/** Rocket.Chat's one name as two, parted at the first blank; whatever is missing is `""`. */
export function splitName(name: string | undefined): SplitName {
  const trimmed = name?.trim() ?? '';
  const blank = trimmed.search(/\s/);
  if (blank === -1) return { firstName: trimmed, lastName: '' };
  return { firstName: trimmed.slice(0, blank), lastName: trimmed.slice(blank).trimStart() };
}
