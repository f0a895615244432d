import type { CommandStartedEvent, Db, Document, MongoClient } from 'mongodb';

/** How much the database examined. */
export interface QueryCost {
  readonly queries: number;
  readonly keysExamined: number;
  readonly documentsExamined: number;
}

const queries = new Set(['find', 'aggregate', 'count', 'distinct']);

/** Records the queries that the work sends, and has the database explain how much each of them examines. */
export async function queryCost(
  client: MongoClient,
  db: Db,
  work: () => Promise<unknown>,
): Promise<QueryCost> {
  const commands: Document[] = [];
  const record = ({ commandName, command }: CommandStartedEvent) => {
    if (queries.has(commandName)) commands.push(command);
  };
  client.on('commandStarted', record);
  try {
    await work();
  } finally {
    client.off('commandStarted', record);
  }
  let keysExamined = 0;
  let documentsExamined = 0;
  for (const command of commands) {
    const answer = await db.command({ explain: plain(command), verbosity: 'executionStats' });
    for (const stats of executionStats(answer)) {
      // Some servers that speak MongoDB's protocol explain a query without these figures.
      keysExamined += Number(stats.totalKeysExamined ?? 0);
      documentsExamined += Number(stats.totalDocsExamined ?? 0);
    }
  }
  return { queries: commands.length, keysExamined, documentsExamined };
}

/** The command without the members about its session and connection. */
const plain = (command: Document): Document =>
  Object.fromEntries(
    Object.entries(command).filter(
      ([name]) => !name.startsWith('$') && name !== 'lsid' && name !== 'maxTimeMS',
    ),
  );

/** Where an explanation has its figures depends on the command. */
function executionStats(explanation: unknown): Document[] {
  if (typeof explanation !== 'object' || explanation === null) return [];
  if ('executionStats' in explanation) return [explanation.executionStats as Document];
  return Object.values(explanation).flatMap(executionStats);
}
