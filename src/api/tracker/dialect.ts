import type { ServerResponse } from 'node:http';
import type { Dialect } from '../../http/dialect.ts';
import { plainText } from '../../http/plain-text.ts';
import { visitorLimits } from '../../http/visitor-limits.ts';
import { crossOrigin } from './cross-origin.ts';
import { foyerJs } from './endpoints/foyer-js.ts';
import { type FoyerSignsDeps, foyerSigns } from './endpoints/foyer-signs.ts';
import { TrackerRefusal } from './refusal.ts';
import type { TrackerOutput } from './tracker-output.ts';

const scriptLifetimeSeconds = 3_600;

/** Foyer's own tracker for sites that use no widget: the script, and what it sends. */
export const tracker = (deps: FoyerSignsDeps): Dialect<TrackerOutput> => ({
  owns: ['/foyer.js', '/foyer'],
  endpoints: [foyerJs(), foyerSigns(deps)],
  first: crossOrigin(deps.settings),
  checks: ['limit'],
  authenticate: () => undefined,
  authorize: () => undefined,
  limitsOf: ({ isLimitedByVisitor }) => (isLimitedByVisitor ? visitorLimits(deps.settings) : {}),
  sendSuccess(output, { res }) {
    if (output === null) send(res, 200, 'application/json', '{"status":"ok"}');
    else sendScript(res, output.script);
  },
  sendFailure(failure, exchange) {
    if (failure.kind === 'refused' && failure.error instanceof TrackerRefusal)
      send(exchange.res, failure.error.status, 'text/plain; charset=UTF-8', failure.error.message);
    else plainText.sendFailure(failure, exchange);
  },
});

function sendScript(res: ServerResponse, script: string): void {
  res.setHeader('Cache-Control', `public, max-age=${scriptLifetimeSeconds}`);
  send(res, 200, 'text/javascript; charset=utf-8', script);
}

function send(res: ServerResponse, status: number, contentType: string, body: string): void {
  res.statusCode = status;
  res.setHeader('Content-Type', contentType);
  res.end(body);
}
