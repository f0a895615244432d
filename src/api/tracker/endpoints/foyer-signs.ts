import { type TakeTrackerSignDeps, takeTrackerSign } from '../../../domain/pages/take-tracker-sign.ts';
import { isAllowedSite } from '../../../http/allowed-sites.ts';
import { browserHeadersOf } from '../../../http/browser-headers.ts';
import { seal } from '../../../http/endpoint.ts';
import { TrackerRefusal } from '../refusal.ts';
import { readSign, type TrackerSign } from '../sign-input.ts';
import type { TrackerOutput } from '../tracker-output.ts';

export type FoyerSignsDeps = TakeTrackerSignDeps;

/** `POST /foyer/signs`: what the tracker tells, one sign at a time. */
export const foyerSigns = (deps: FoyerSignsDeps) =>
  seal<TrackerSign, TrackerOutput>({
    operationId: 'foyer-signs',
    method: 'post',
    path: '/foyer/signs',
    access: { kind: 'public' },
    input: readSign,
    visitorToken: ({ token }) => token,
    async handle({ key, ...sign }, caller) {
      const origin = caller.header('origin');
      if (origin !== undefined && !isAllowedSite(deps.settings, origin))
        throw new TrackerRefusal(403, 'Livechat_AllowedDomainsList does not contain this site');
      if (key !== String(deps.settings.get('Foyer_License_Number')))
        throw new TrackerRefusal(403, 'data-key is not the licence number of this service');
      await takeTrackerSign(deps, sign, browserHeadersOf(caller));
      return null;
    },
  });
