import type { Settings } from '../../domain/settings/settings.ts';

/** Which part of a list a page is. */
export function pageOf(
  settings: Settings,
  page: number,
): { readonly offset: number; readonly count: number } {
  const count = settings.get('Foyer_Reve_Chat_Page_Size');
  return { offset: Math.min((page - 1) * count, Number.MAX_SAFE_INTEGER), count };
}
