import type { BrowserHeaders } from '../domain/visits/browser.ts';
import type { Caller } from './endpoint.ts';

/** What a request tells about the browser that sent it. */
export const browserHeadersOf = ({ ip, header }: Caller): BrowserHeaders => ({
  ip,
  userAgent: header('user-agent'),
  acceptLanguage: header('accept-language'),
});
