import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { type Browser, chromium } from 'playwright-core';

/** The one in `CHROME_PATH`, or Debian's Chromium. */
const executablePath = process.env.CHROME_PATH ?? '/usr/bin/chromium';
const nothingElse = 'MAP * ~NOTFOUND , EXCLUDE 127.0.0.1';

/** Starts a browser that reaches nothing but this machine. */
export const startBrowser = (): Promise<Browser> =>
  chromium.launch({ executablePath, args: ['--no-sandbox', `--host-resolver-rules=${nothingElse}`] });

/**
 * Starts the browser as people do: Playwright would switch off how it keeps the storage of sites apart. It takes any
 * certificate.
 * @param hosts names that stand for this machine; it reaches nothing else.
 */
export async function startBrowserOfPeople(hosts: readonly string[]): Promise<Browser> {
  const profile = mkdtempSync(path.join(os.tmpdir(), 'foyer-browser-'));
  const rules = [...hosts.map((host) => `MAP ${host} 127.0.0.1`), nothingElse].join(' , ');
  const child = spawn(
    executablePath,
    [
      ...['--headless=new', '--no-sandbox', '--no-first-run', '--ignore-certificate-errors'],
      ...['--remote-debugging-port=0', `--user-data-dir=${profile}`, `--host-resolver-rules=${rules}`],
      'about:blank',
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  // Processes of the browser outlive the first one and still write to the profile; all of them have its stderr.
  child.once('close', () => rmSync(profile, { recursive: true, force: true, maxRetries: 10 }));
  for await (const line of createInterface({ input: child.stderr })) {
    const address = /^DevTools listening on (ws:\S+)/.exec(line)?.[1];
    if (address === undefined) continue;
    child.stderr.resume();
    const browser = await chromium.connectOverCDP(address);
    browser.once('disconnected', () => child.kill());
    return browser;
  }
  throw new Error('the browser did not start');
}

/** A page of a shop with Rocket.Chat's snippet. */
export const shopPage = (widgetUrl: string) => `<!doctype html><meta charset="utf-8"><title>Hats</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>body { font: 1.2rem system-ui; margin: 2rem; }</style><h1>Hats</h1><p>Soft hats and hard hats.</p>
<script>
(function (w, d, s, u) {
  w.RocketChat = function (c) { w.RocketChat._.push(c); }; w.RocketChat._ = []; w.RocketChat.url = u;
  var h = d.getElementsByTagName(s)[0], j = d.createElement(s);
  j.async = true; j.src = u + '/rocketchat-livechat.min.js';
  h.parentNode.insertBefore(j, h);
})(window, document, 'script', '${widgetUrl}');
RocketChat(function () { this.onChatEnded(function () { window.hasEnded = true; }); });
</script>`;

/** A site of one page, whatever its address; a page of another origin than the service. */
export async function serveSite(html: string): Promise<{ readonly origin: string; close(): void }> {
  const site = createServer((_req, res) => res.setHeader('Content-Type', 'text/html').end(html));
  site.listen(0, '127.0.0.1');
  await once(site, 'listening');
  return {
    origin: `http://127.0.0.1:${(site.address() as AddressInfo).port}`,
    close() {
      site.closeAllConnections();
      site.close();
    },
  };
}

/** Where a screenshot is kept, for people to look at. */
export function screenshotPath(name: string): string {
  const folder = path.resolve('artifacts', 'browser');
  mkdirSync(folder, { recursive: true });
  return path.join(folder, `${name}.png`);
}
