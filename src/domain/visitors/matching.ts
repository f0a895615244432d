import type { Settings } from '../settings/settings.ts';

/**
 * Whether a registration joins the visitor who has its e-mail address or phone number, and a visitor the contact that
 * an agent entered under theirs, as in Rocket.Chat. Anyone may claim an address, so otherwise only a proof joins.
 */
export const joinsByClaims = (settings: Settings): boolean =>
  settings.get('Foyer_Visitor_Matching') === 'rocketchat';
