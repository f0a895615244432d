import { BlockList, isIP } from 'node:net';
import type { Collection, Db } from 'mongodb';
import { type Ban, type BanStore, mostBans, type Suspect } from '../../domain/bans/ban.ts';
import type { Clock } from '../../domain/clock.ts';
import type { Visitor } from '../../domain/visitors/visitor.ts';
import { isDuplicateKey } from '../mongodb/client.ts';
import { insertNew } from '../mongodb/insert-new.ts';
import { updateFirst } from '../mongodb/update-first.ts';
import { cacheValue } from '../settings/cached-value.ts';
import type { Refreshable } from '../settings/refresh.ts';
import { visitorCollection } from '../visitors/visitors.ts';
import { visitCollectionsOf } from '../visits/visitor-documents.ts';

export const banCollection = 'foyer_ban';

/** The bans as requests are compared with them. */
interface BanList {
  readonly addresses: BlockList;
  readonly emails: ReadonlySet<string>;
  readonly tokens: ReadonlySet<string>;
}

const nobody: BanList = { addresses: new BlockList(), emails: new Set(), tokens: new Set() };

/** Bans in `foyer_ban`, all of which are kept in memory, so that asking for them costs no round trip. */
export function createBanStore(db: Db, clock: Clock): BanStore & Refreshable {
  const collection: Collection<Ban> = db.collection(banCollection);
  const list = () => collection.find({}).sort({ createdAt: -1 }).limit(mostBans).toArray();
  const listValid = async () => {
    const now = clock();
    return (await list()).filter(({ expiresAt }) => expiresAt === undefined || expiresAt > now);
  };
  const cached = cacheValue(nobody, async () => readBanList(db, await listValid()));
  return {
    isBanned: (who) => isOn(cached.current(), who),
    refresh: cached.refresh,
    list: listValid,
    async put(ban) {
      if ((await list()).length >= mostBans) return null;
      const { _id, kind, value, expiresAt, ...rest } = ban;
      const change = expiresAt
        ? { $set: { ...rest, expiresAt } }
        : { $set: rest, $unset: { expiresAt: 1 as const } };
      const update = () => updateFirst(collection, { kind, value }, change);
      // Somebody else may ban them at the same moment.
      const stored = (await update()) ?? ((await insertNew(collection, ban)) ? ban : await update());
      await cached.refreshAfterWrite();
      return stored;
    },
    async remove(_id) {
      const { deletedCount } = await collection.deleteOne({ _id });
      await cached.refreshAfterWrite();
      return deletedCount === 1;
    },
    async setVisitor(fromIds, toId) {
      const found = await collection.find({ kind: 'visitor', value: { $in: [...fromIds] } }).toArray();
      for (const ban of found) await moveBan(collection, ban, toId);
      if (found.length > 0) await cached.refreshAfterWrite();
    },
    async removeOfVisitor(value) {
      const theirs = await collection.find({ kind: 'visitor', value }, { projection: { _id: 1 } }).toArray();
      if (theirs.length === 0) return 0;
      await collection.deleteMany({ _id: { $in: theirs.map(({ _id }) => _id) } });
      await cached.refreshAfterWrite();
      return theirs.length;
    },
  };
}

/** Makes a ban that of another visitor, who may be banned already. */
async function moveBan(collection: Collection<Ban>, { _id, expiresAt }: Ban, value: string): Promise<void> {
  try {
    await collection.updateOne({ _id }, { $set: { value } });
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
    const other = { kind: 'visitor', value } as const;
    if (expiresAt)
      await updateFirst(collection, { ...other, expiresAt: { $lt: expiresAt } }, { $set: { expiresAt } });
    else await updateFirst(collection, other, { $unset: { expiresAt: 1 } });
    await collection.deleteOne({ _id });
  }
}

function isOn(list: BanList, { address, token, email }: Suspect): boolean {
  // Nearly always, and looking an address up costs more than all the rest.
  if (list === nobody) return false;
  const { addresses, emails, tokens } = list;
  if (token !== undefined && tokens.has(token)) return true;
  if (email !== undefined && emails.has(email.trim().toLowerCase())) return true;
  const version = address === undefined ? 0 : isIP(address);
  return address !== undefined && version !== 0 && addresses.check(address, version === 4 ? 'ipv4' : 'ipv6');
}

async function readBanList(db: Db, bans: readonly Ban[]): Promise<BanList> {
  if (bans.length === 0) return nobody;
  const of = (kind: Ban['kind']) => bans.flatMap((ban) => (ban.kind === kind ? [ban.value] : []));
  const addresses = new BlockList();
  for (const value of of('address')) addTo(addresses, value);
  const emails = of('email');
  return { addresses, emails: new Set(emails), tokens: await readTokens(db, of('visitor'), emails) };
}

function addTo(addresses: BlockList, value: string): void {
  const [address = '', bits] = value.split('/');
  const family = isIP(address) === 4 ? 'ipv4' : 'ipv6';
  if (bits === undefined) addresses.addAddress(address, family);
  else addresses.addSubnet(address, Number(bits), family);
}

/** Every token of these visitors, and of whoever has one of the e-mail addresses. */
async function readTokens(db: Db, ids: readonly string[], emails: readonly string[]): Promise<Set<string>> {
  if (ids.length + emails.length === 0) return new Set();
  const visitors = db.collection<Visitor>(visitorCollection);
  const projection = { token: 1, disabled: 1 } as const;
  const [named, found] = await Promise.all([
    visitors.find({ _id: { $in: [...ids] } }, { projection }).toArray(),
    visitors
      .find({ 'visitorEmails.address': { $in: [...emails] } }, { projection })
      .limit(mostBans)
      .toArray(),
  ]);
  const registered = [...named, ...found].filter(({ disabled }) => disabled !== true);
  const visitorIds = [...new Set([...ids, ...registered.map(({ _id }) => _id)])];
  const [further, records] = await Promise.all([
    db
      .collection<{ readonly _id: string }>('foyer_visitor_token')
      .find({ visitorId: { $in: visitorIds } }, { projection: { _id: 1 } })
      .toArray(),
    visitCollectionsOf(db)
      .visitors.find(
        { $or: [{ visitorId: { $in: visitorIds } }, { _id: { $in: visitorIds } }] },
        { projection: { tokens: 1 } },
      )
      .toArray(),
  ]);
  return new Set([
    ...registered.flatMap(({ token }) => token ?? []),
    ...further.map(({ _id }) => _id),
    ...records.flatMap(({ tokens }) => tokens ?? []),
  ]);
}
