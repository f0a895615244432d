/** The entries of a text that separates them by commas, without blanks around them; empty ones are left out. */
export const commaListOf = (text: string): string[] =>
  text
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
