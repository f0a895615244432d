import { widgetPath } from './widget-path.ts';

export interface WidgetPageParts {
  /** Admits the script that is added. */
  readonly nonce: string;
  /** The service's public address, without a trailing slash; undefined: the page's own. */
  readonly server: string | undefined;
}

/**
 * The widget's page with what it must know: where its server is, which does not end with a slash, and what the
 * addresses of its files, which begin with `livechat/`, are relative to.
 */
export function fillWidgetPage(page: string, { nonce, server }: WidgetPageParts): string {
  // Nothing in the path of a URL can end the attribute.
  const base = server === undefined ? '/' : `${new URL(server).pathname.replace(/\/$/, '')}/`;
  const address = server === undefined ? `location.origin + '${widgetPath}'` : asScript(server + widgetPath);
  const head = `<head><base href="${base}"><script nonce="${nonce}">window.SERVER_URL = ${address};</script>`;
  return page.replace('<head>', () => head);
}

/** A text as JavaScript that cannot end the script element. */
const asScript = (text: string): string => JSON.stringify(text).replaceAll('<', '\\u003c');
