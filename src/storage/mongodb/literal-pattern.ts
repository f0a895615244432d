/** A regular expression that matches exactly this text. A pattern in BSON cannot hold a null character itself. */
export const literalPattern = (text: string): string =>
  text.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&').replaceAll('\0', '\\x00');
