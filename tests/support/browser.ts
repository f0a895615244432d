import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { type Browser, chromium } from 'playwright-core';

/** Starts a browser that reaches nothing but this machine: the one in `CHROME_PATH`, or Debian's Chromium. */
export const startBrowser = (): Promise<Browser> =>
  chromium.launch({
    executablePath: process.env.CHROME_PATH ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1'],
  });

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
