import type { Settings } from '../settings/settings.ts';

/**
 * Whether a registration joins the visitor who has its e-mail address or phone number, and a visitor the contact that
 * an agent entered under theirs, as in Rocket.Chat. Anyone may claim an address, so otherwise only a proof joins.
 */
export const joinsByClaims = (settings: Settings): boolean =>
  settings.get('Foyer_Visitor_Matching') === 'rocketchat';

/** Whether a text can be somebody's address or number; `0`, `-` and blanks are what people enter to leave it out. */
export const canIdentify = (text: string): boolean => /[\p{L}\p{N}]/u.test(text.replaceAll('0', ''));
