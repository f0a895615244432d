import { type Settings, settingDefaults } from '../settings/settings.ts';
import { boundedMatches } from '../text/bounded-match.ts';
import { mostContactData } from '../visitors/visitor.ts';

/** Only this much of a message is searched: matching takes longer on longer texts. */
const examinedLength = 20_000;
/** Longer words are not addresses. */
const longestAddress = 254;
/** So many addresses, and so many numbers, are taken from a message: whoever mentions more does not mean their own. */
const mostOfMessage = 10;

/** E-mail addresses and phone numbers. */
export interface Leads {
  readonly emails: readonly string[];
  readonly phones: readonly string[];
}

/**
 * The e-mail addresses and phone numbers that a visitor mentions, by the patterns in Rocket.Chat's settings, and that
 * are not known of them yet; not more than there is room for.
 */
export function findLeads(settings: Settings, text: string, known: Leads): Leads {
  const examined = text.slice(0, examinedLength);
  const words = examined.split(/\s+/).filter((word) => word.length <= longestAddress);
  const [emails = [], phones = []] = searchAll(settings, [
    { id: 'Livechat_lead_email_regex', flags: 'gi', text: words.join(' ') },
    { id: 'Livechat_lead_phone_regex', flags: 'g', text: examined },
  ]);
  const withDigit = phones.filter((phone) => /\d/.test(phone));
  // As at registration, so that whoever gives the address later is found.
  const folded = [...new Set(emails.map((email) => email.toLowerCase()))];
  return { emails: newOf(folded, known.emails), phones: newOf(withDigit, known.phones) };
}

function newOf(found: readonly string[], known: readonly string[]): string[] {
  const room = Math.max(0, Math.min(mostOfMessage, mostContactData - known.length));
  return found.filter((each) => !known.includes(each)).slice(0, room);
}

interface Search {
  readonly id: 'Livechat_lead_email_regex' | 'Livechat_lead_phone_regex';
  readonly flags: string;
  readonly text: string;
}

/** Rocket.Chat's own patterns are known to be fast; any other is matched with a time limit. */
function searchAll(settings: Settings, searches: readonly Search[]): string[][] {
  const own = searches.filter(
    ({ id }) => settings.get(id) !== '' && settings.get(id) !== settingDefaults[id],
  );
  const ownFound = boundedMatches(own.map(({ id, ...search }) => ({ pattern: settings.get(id), ...search })));
  return searches.map((search) => {
    const { id, flags, text } = search;
    const isDefault = settings.get(id) === settingDefaults[id];
    const found = isDefault ? text.match(new RegExp(settings.get(id), flags)) : ownFound[own.indexOf(search)];
    return [...new Set((found ?? []).map((each) => each.trim()).filter((each) => each !== ''))];
  });
}
