import { type Settings, settingDefaults } from '../settings/settings.ts';
import { boundedMatch } from '../text/bounded-match.ts';

/** Only this much of a message is searched: matching takes longer on longer texts. */
const examinedLength = 20_000;
/** Longer words are not addresses. */
const longestAddress = 254;

/** The e-mail addresses and phone numbers that a visitor mentions, by the patterns in Rocket.Chat's settings. */
export function findLeads(settings: Settings, text: string): { emails: string[]; phones: string[] } {
  const examined = text.slice(0, examinedLength);
  const words = examined.split(/\s+/).filter((word) => word.length <= longestAddress);
  return {
    emails: matches(settings, 'Livechat_lead_email_regex', 'gi', words.join(' ')),
    phones: matches(settings, 'Livechat_lead_phone_regex', 'g', examined).filter((phone) => /\d/.test(phone)),
  };
}

/** Rocket.Chat's own patterns are known to be fast; any other is matched with a time limit. */
function matches(
  settings: Settings,
  id: 'Livechat_lead_email_regex' | 'Livechat_lead_phone_regex',
  flags: string,
  text: string,
): string[] {
  const pattern = settings.get(id);
  if (pattern === '') return [];
  const found =
    pattern === settingDefaults[id]
      ? text.match(new RegExp(pattern, flags))
      : boundedMatch(pattern, flags, text);
  return [...new Set((found ?? []).map((each) => each.trim()).filter((each) => each !== ''))];
}
