const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

/** A text as HTML that shows it, outside of attributes. */
export const escapeHtml = (text: string): string =>
  text.replace(/[&<>]/g, (found) => escapes[found] ?? found);

const escaped: Readonly<Record<string, string>> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#x27;': "'",
  '&#x60;': '`',
};

/** The text that Rocket.Chat's widget has escaped: the six characters that it escapes, once. */
export const textOfWidget = (html: string): string =>
  html.replace(/&(?:amp|lt|gt|quot|#x27|#x60);/g, (found) => escaped[found] ?? found);
