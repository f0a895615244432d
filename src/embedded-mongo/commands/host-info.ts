import os from 'node:os';
import path from 'node:path';
import { Int32, Long } from 'bson';
import { ErrorCode, MongoError } from '../errors.ts';
import type { Command } from './command.ts';
import { setName } from './server-info.ts';

const megabyte = 2 ** 20;

export const hostInfo: Command = {
  name: 'hostInfo',
  run(engine, args) {
    args.allow();
    const memSizeMB = Long.fromNumber(Math.round(os.totalmem() / megabyte));
    return {
      system: {
        currentTime: engine.clock(),
        hostname: os.hostname(),
        cpuAddrSize: new Int32(64),
        memSizeMB,
        memLimitMB: memSizeMB,
        numCores: new Int32(os.cpus().length),
        cpuArch: os.machine(),
        numaEnabled: false,
      },
      os: { type: os.type(), name: os.version(), version: os.release() },
      extra: { nodeVersion: process.version },
    };
  },
};

/** The options that the server was started with, in MongoDB's form. */
export const getCmdLineOpts: Command = {
  name: 'getCmdLineOpts',
  adminOnly: true,
  run(engine, args) {
    args.allow();
    const [bindIp, port] = engine.address.split(':');
    const net = port === undefined ? { unixDomainSocket: { enabled: true } } : { bindIp, port: Number(port) };
    const parsed = {
      net,
      replication: { replSet: setName },
      storage: { dbPath: path.dirname(engine.store.file) },
    };
    return { argv: [process.title, ...process.argv.slice(1)], parsed };
  },
};

const logNames = ['global', 'startupWarnings'];

/** The server keeps no log of its own, so the answer is always empty. */
export const getLog: Command = {
  name: 'getLog',
  adminOnly: true,
  run(_engine, args) {
    args.allow();
    const wanted = args.string('getLog') ?? '';
    if (wanted === '*') return { names: logNames };
    if (!logNames.includes(wanted)) {
      throw new MongoError(ErrorCode.OperationFailed, `No log named '${wanted}'`);
    }
    return { totalLinesWritten: new Int32(0), log: [] };
  },
};
