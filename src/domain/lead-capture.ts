import type { Settings } from './settings.ts';

/** What is looked at of a message: patterns of settings may take long on long texts. */
const examinedLength = 20_000;
/** Longer words hold no address. */
const longestAddress = 254;

/** E-mail addresses and phone numbers that a visitor mentions, by the patterns of Rocket.Chat's settings. */
export function findLeads(settings: Settings, text: string): { emails: string[]; phones: string[] } {
  const examined = text.slice(0, examinedLength);
  const words = examined.split(/\s+/).filter((word) => word.length <= longestAddress);
  return {
    emails: matches(settings.get('Livechat_lead_email_regex'), 'gi', words.join(' ')),
    phones: matches(settings.get('Livechat_lead_phone_regex'), 'g', examined).filter((phone) =>
      /\d/.test(phone),
    ),
  };
}

function matches(pattern: string, flags: string, text: string): string[] {
  const expression = pattern === '' ? undefined : compile(pattern, flags);
  const found = expression ? (text.match(expression) ?? []) : [];
  return [...new Set(found.map((match) => match.trim()).filter((match) => match !== ''))];
}

/** A pattern that is none finds nothing. */
function compile(pattern: string, flags: string): RegExp | undefined {
  try {
    return new RegExp(pattern, flags);
  } catch {
    return undefined;
  }
}
