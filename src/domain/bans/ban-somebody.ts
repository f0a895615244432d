import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';
import type { User } from '../accounts/user.ts';
import type { Clock } from '../clock.ts';
import { AppError } from '../errors.ts';
import type { IdSource } from '../ids.ts';
import { personOf } from '../person.ts';
import { getVisitorRecord } from '../visits/get-visitor-record.ts';
import type { VisitorRecords } from '../visits/visitor-record.ts';
import type { Ban, BanKind, BanStore } from './ban.ts';

export interface BanSomebodyDeps {
  readonly bans: BanStore;
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly visitorRecords: VisitorRecords;
}

export interface BanRequest {
  readonly kind: BanKind;
  readonly value: string;
  readonly reason?: string | undefined;
  readonly expiresAt?: Date | undefined;
}

/**
 * Bans an address, a visitor or an e-mail address. Whoever is banned already is banned anew, for this reason and time.
 * @throws {AppError} `invalid-ban` if the value is not of the kind, or the time is over; `visitor-not-found`;
 *   `too-many-bans`.
 */
export async function banSomebody(
  deps: BanSomebodyDeps,
  user: User,
  { kind, value, reason = '', expiresAt }: BanRequest,
): Promise<Ban> {
  const createdAt = deps.clock();
  if (expiresAt !== undefined && expiresAt <= createdAt)
    throw new AppError('invalid-ban', { reason: 'expiresAt is not in the future' });
  const ban = await deps.bans.put({
    _id: deps.ids.hexId(),
    kind,
    value: await stored(deps, kind, value),
    reason,
    createdAt,
    createdBy: personOf(user),
    ...(expiresAt ? { expiresAt } : {}),
  });
  if (ban === null) throw new AppError('too-many-bans');
  return ban;
}

/** The value in the one form in which it is stored. */
async function stored(deps: BanSomebodyDeps, kind: BanKind, value: string): Promise<string> {
  if (kind === 'visitor') return (await getVisitorRecord(deps, { by: 'id', value })).id;
  const form = kind === 'email' ? emailOf(value) : networkOf(value);
  if (form === null) throw new AppError('invalid-ban', { reason: `value is not an ${kind}` });
  return form;
}

function emailOf(text: string): string | null {
  const email = text.trim().toLowerCase();
  return /^[^\s@]+@[^\s@]+$/.test(email) ? email : null;
}

/**
 * An address, or a network of at most half of all addresses. Whoever has an IPv6 address has all of its /64 network, so
 * that is what is banned.
 */
function networkOf(text: string): string | null {
  const [address = '', bits, ...rest] = text.trim().split('/');
  if (isIP(address) === 0 || address.includes('%') || rest.length > 0) return null;
  const parsed = ipaddr.process(address);
  if (bits === undefined) return parsed.kind() === 'ipv4' ? parsed.toString() : `${parsed.toString()}/64`;
  const most = parsed.kind() === 'ipv4' ? 32 : 128;
  const isWhole = /^\d{1,3}$/.test(bits) && Number(bits) >= 1 && Number(bits) <= most;
  return isWhole ? `${parsed.toString()}/${Number(bits)}` : null;
}
