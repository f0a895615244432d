import { type Settings, settingDefaults } from '../settings/settings.ts';
import { boundedMatch } from '../text/bounded-match.ts';

/** What is looked at of a message: matching takes longer on long texts. */
const examinedLength = 20_000;
/** Longer words hold no address. */
const longestAddress = 254;

/** E-mail addresses and phone numbers that a visitor mentions, by the patterns of Rocket.Chat's settings. */
export function findLeads(settings: Settings, text: string): { emails: string[]; phones: string[] } {
  const examined = text.slice(0, examinedLength);
  const words = examined.split(/\s+/).filter((word) => word.length <= longestAddress);
  return {
    emails: matches(settings, 'Livechat_lead_email_regex', 'gi', words.join(' ')),
    phones: matches(settings, 'Livechat_lead_phone_regex', 'g', examined).filter((phone) => /\d/.test(phone)),
  };
}

/** Rocket.Chat's own patterns are known to be quick. */
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
