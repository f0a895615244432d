import os from 'node:os';
import { Double, Int32, Long } from 'bson';
import type { Engine } from '../engine.ts';
import type { Command } from './command.ts';
import { setName, version } from './server-info.ts';

const megabyte = 2 ** 20;

const counted = (counts: Readonly<Record<string, number>>): Record<string, Long> =>
  Object.fromEntries(Object.entries(counts).map(([name, count]) => [name, Long.fromNumber(count)]));

function network(engine: Engine): Record<string, Long> {
  const bytes = engine.traffic.bytes();
  return counted({ bytesIn: bytes.in, bytesOut: bytes.out, numRequests: engine.counters.requests });
}

/** What the operating system says of the whole process, as MongoDB has it on Linux; times are in microseconds. */
function extraInfo(): Record<string, Long | string> {
  const used = process.resourceUsage();
  return {
    note: 'fields vary by platform',
    ...counted({
      user_time_us: used.userCPUTime,
      system_time_us: used.systemCPUTime,
      maximum_resident_set_kb: used.maxRSS,
      input_blocks: used.fsRead,
      output_blocks: used.fsWrite,
      page_reclaims: used.minorPageFault,
      page_faults: used.majorPageFault,
      voluntary_context_switches: used.voluntaryContextSwitches,
      involuntary_context_switches: used.involuntaryContextSwitches,
    }),
  };
}

/** The figures that mongostat shows, and others on how the server is doing. */
export const serverStatus: Command = {
  name: 'serverStatus',
  run(engine) {
    const memory = process.memoryUsage();
    const uptimeMillis = engine.clock().getTime() - engine.startedAt.getTime();
    const { opcounters, connections, connectionsCreated } = engine.counters;
    return {
      host: os.hostname(),
      version,
      process: 'foyer-embedded',
      pid: Long.fromNumber(process.pid),
      uptime: new Double(Math.floor(uptimeMillis / 1000)),
      uptimeMillis: Long.fromNumber(uptimeMillis),
      uptimeEstimate: Long.fromNumber(Math.floor(uptimeMillis / 1000)),
      localTime: engine.clock(),
      connections: {
        current: new Int32(connections),
        totalCreated: new Int32(connectionsCreated),
      },
      extra_info: extraInfo(),
      network: network(engine),
      opcounters: counted(opcounters),
      repl: {
        setName,
        isWritablePrimary: true,
        ismaster: true,
        secondary: false,
        hosts: [engine.address],
        primary: engine.address,
        me: engine.address,
      },
      mem: {
        bits: new Int32(64),
        resident: new Int32(Math.round(memory.rss / megabyte)),
        supported: true,
      },
      metrics: { cursor: { open: { total: Long.fromNumber(engine.cursors.size) } } },
      storageEngine: { name: 'lmdb', persistent: true },
    };
  },
};
