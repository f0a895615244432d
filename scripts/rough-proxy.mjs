// A proxy in front of a MongoDB that makes it behave as a replica set does on a bad day: writes conflict, the primary
// steps down, connections close before a command arrives or before its answer does, and some commands take their time.
// Only what the driver repeats by itself is disturbed, and those of the service's writes that change several documents,
// which the service repeats; and nothing twice: whatever a client sees of it is a fault of the client. Real servers
// answer WriteConflict only within transactions; here it has the label of errors that are repeated. And it refuses the
// service, as sharded clusters before 7.1 do, what is to write one document without naming its `_id`.
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { deserialize, serialize } from 'bson';

const opMsg = 2013;
/** The first command of a connection, which says who the client is, comes in this old form. */
const opQuery = 2004;
const headerLength = 16;
const flagsLength = 4;
/** Flags (4 bytes) and the kind of the first section (1 byte), which is the command, as drivers send it. */
const bodyOffset = headerLength + 5;

const delayMs = 100;
const delayChance = 1 / 50;
const conflictChance = 1 / 10;
/** After these the driver looks for the primary again, and everybody waits: one at a time for each database. */
const outageChance = 1 / 20;
/** A replica set's members wait that long for their primary before they elect another one. */
const outagePauseMs = 10_000;
/** So long after one, a command may be a repetition whose first attempt never got here: those are left alone. */
const recoveryMs = 5_000;
/** As long as a command that was disturbed may be sent again. */
const undisturbedMs = 10_000;

const faults = {
  conflict: { code: 112, codeName: 'WriteConflict', errmsg: 'Write conflict during plan execution.' },
  stepDown: { code: 10107, codeName: 'NotWritablePrimary', errmsg: 'not primary' },
};
/** Servers label only what the driver would repeat. */
const labelsFor = (command) => (writesSeveral(command) ? {} : { errorLabels: ['RetryableWriteError'] });
const noShardKey = {
  code: 61,
  codeName: 'ShardKeyNotFound',
  errmsg: 'the write of one document must name its _id',
};
const readCommands = new Set(['find', 'count', 'distinct', 'aggregate']);

/** Starts the proxy; `disturbed()` counts what it did, by kind. */
export async function startRoughProxy(mongoUrl) {
  const target = new URL(mongoUrl);
  const chooseFault = createChooser();
  const counts = {};
  const server = createServer((client) => {
    const upstream = connect(Number(target.port || 27_017), target.hostname);
    link(client, upstream, (command, isService) => {
      const fault = chooseFault(command, isService);
      if (fault !== undefined) counts[fault] = (counts[fault] ?? 0) + 1;
      return fault;
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = new URL(mongoUrl);
  url.host = `127.0.0.1:${server.address().port}`;
  url.searchParams.delete('replicaSet');
  url.searchParams.set('directConnection', 'true');
  return { url: url.href, disturbed: () => counts, stop: () => server.close() };
}

/** Decides what happens to a command: the name of a fault, or undefined. */
function createChooser() {
  const disturbedAt = new Map();
  const outageAt = new Map();
  const awaited = createAwaited();
  return (command, isService) => {
    const key = repeatableKey(command, isService);
    const now = performance.now();
    awaited.arrived(command.$db, key);
    // What is written here waits 100 ms for the change stream; after that its order is not promised (ADR 13).
    if (command.getMore === undefined && Math.random() < delayChance) return 'delay';
    if (key === undefined || now - (disturbedAt.get(key) ?? -undisturbedMs) < undisturbedMs) return undefined;
    const isOfOne = command.txnNumber !== undefined;
    const sinceOutage = now - (outageAt.get(command.$db) ?? -outagePauseMs);
    if (sinceOutage < recoveryMs) return undefined;
    const kinds =
      isOfOne || writesSeveral(command) ? ['stepDown', 'close', 'loseAnswer'] : ['stepDown', 'close'];
    let fault;
    if (isOfOne && Math.random() < conflictChance) fault = 'conflict';
    else if (sinceOutage >= outagePauseMs && awaited.isEmpty(command.$db) && Math.random() < outageChance)
      fault = kinds[Math.floor(Math.random() * kinds.length)];
    if (fault === undefined) return undefined;
    disturbedAt.set(key, now);
    if (fault === 'conflict') awaited.add(command.$db, key);
    else outageAt.set(command.$db, now);
    return fault;
  };
}

/**
 * The commands of each database that conflicted and have not arrived again: an outage would fail them a second time,
 * although it is another command's.
 */
function createAwaited() {
  const keysOf = new Map();
  return {
    add: (db, key) => keysOf.set(db, (keysOf.get(db) ?? new Set()).add(key)),
    arrived: (db, key) => keysOf.get(db)?.delete(key),
    isEmpty: (db) => (keysOf.get(db)?.size ?? 0) === 0,
  };
}

/** What identifies a command when it is sent again; undefined for one that is not sent again. */
function repeatableKey({ lsid, $clusterTime, txnNumber, ...command }, isService) {
  if (txnNumber !== undefined) return `${lsid.id.toString('hex')} ${txnNumber}`;
  const [name] = Object.keys(command);
  if (isService && writesSeveral(command)) return JSON.stringify(command);
  const stages = command.pipeline ?? [];
  const isPlain = stages.every(({ $changeStream, $out, $merge }) => !($changeStream || $out || $merge));
  return readCommands.has(name) && isPlain ? JSON.stringify(command) : undefined;
}

const writesSeveral = ({ updates = [], deletes = [] }) =>
  updates.some(({ multi }) => multi === true) || deletes.some(({ limit }) => limit === 0);

function link(client, upstream, chooseFault) {
  const lost = new Set();
  let isService = false;
  let sent = Promise.resolve();
  const end = () => {
    client.destroy();
    upstream.destroy();
  };
  for (const socket of [client, upstream]) socket.on('error', end).on('close', end);
  const pass = async (message) => {
    const command = commandIn(message);
    isService ||= command.client?.application?.name === 'foyer';
    if (isService && lacksShardKey(command)) return client.write(answer(message, noShardKey));
    const fault = message.readInt32LE(12) === opMsg ? chooseFault(command, isService) : undefined;
    if (fault === 'close') return end();
    if (faults[fault] !== undefined)
      return client.write(answer(message, { ...faults[fault], ...labelsFor(command) }));
    if (fault === 'loseAnswer') lost.add(message.readInt32LE(4));
    if (fault === 'delay') await new Promise((resolve) => setTimeout(resolve, delayMs));
    upstream.write(message);
  };
  client.on(
    'data',
    splitMessages((message) => {
      sent = sent.then(() => pass(message));
    }),
  );
  upstream.on(
    'data',
    splitMessages((message) => (lost.has(message.readInt32LE(8)) ? end() : client.write(message))),
  );
}

/** The command of a message; what follows it in the message, such as a list of documents, is not read. */
function commandIn(message) {
  const opcode = message.readInt32LE(12);
  if (opcode !== opMsg && opcode !== opQuery) return {};
  const endOfNamespace = message.indexOf(0, headerLength + flagsLength);
  const offset = opcode === opMsg ? bodyOffset : endOfNamespace + 9;
  return deserialize(message.subarray(offset), { allowObjectSmallerThanBufferSize: true });
}

/**
 * Whether a command is to write one document, and leaves it open which. The collection of a library that counts calls is
 * not one to be sharded.
 */
function lacksShardKey({
  findAndModify,
  query,
  update,
  updates = [],
  delete: deletes,
  deletes: deleted = [],
}) {
  if (findAndModify !== undefined) return findAndModify !== 'foyer_rate_limits' && !namesOne(query);
  if (update !== undefined) return updates.some(({ q, multi }) => multi !== true && !namesOne(q));
  return deletes !== undefined && deleted.some(({ q, limit }) => limit === 1 && !namesOne(q));
}

const namesOne = ({ _id } = {}) => typeof _id === 'string' || _id?._bsontype === 'ObjectId';

/** An error as the answer to a message. */
function answer(message, error) {
  const body = serialize({ ok: 0, ...error });
  const header = Buffer.alloc(bodyOffset);
  header.writeInt32LE(bodyOffset + body.length, 0);
  header.writeInt32LE(message.readInt32LE(4), 8);
  header.writeInt32LE(opMsg, 12);
  return Buffer.concat([header, body]);
}

/** Gives each message of a stream of bytes, whole. */
function splitMessages(give) {
  let chunks = [];
  let received = 0;
  let wanted = 4;
  return (bytes) => {
    chunks.push(bytes);
    received += bytes.length;
    if (received < wanted) return;
    let pending = Buffer.concat(chunks);
    while (pending.length >= 4 && pending.length >= pending.readInt32LE(0)) {
      const length = pending.readInt32LE(0);
      give(pending.subarray(0, length));
      pending = pending.subarray(length);
    }
    chunks = [pending];
    received = pending.length;
    wanted = pending.length >= 4 ? pending.readInt32LE(0) : 4;
  };
}
