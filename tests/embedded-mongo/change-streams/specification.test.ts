// MongoDB's own tests of change streams, written for its drivers, run through the driver.
import { readdirSync, readFileSync } from 'node:fs';
import { EJSON } from 'bson';
import type { Document } from 'mongodb';
import { startTestDatabase, type TestDatabase } from '../test-database.ts';
import { type FailingProxy, startFailingProxy } from './failing-proxy.ts';
import { type UnifiedTest, UnifiedTestRun } from './unified-format.ts';

/** The tests that are meant for a server like the embedded database and still left out, by reason. */
const leftOut: Readonly<Record<string, readonly string[]>> = {
  'needs the fail point failGetMoreAfterCursorCheckout inside the server': [
    'HostUnreachable',
    'HostNotFound',
    'NetworkTimeout',
    'ShutdownInProgress',
    'PrimarySteppedDown',
    'ExceededTimeLimit',
    'SocketException',
    'NotWritablePrimary',
    'InterruptedAtShutdown',
    'InterruptedDueToReplStateChange',
    'NotPrimaryNoSecondaryOk',
    'NotPrimaryOrSecondary',
    'StaleEpoch',
    'RetryChangeStream',
    'FailedToSatisfyReadPreference',
  ].map((error) => `change stream resumes after ${error}`),
  'needs images of documents, which the embedded database does not keep': [
    'fullDocument:whenAvailable',
    'fullDocument:required',
    'fullDocumentBeforeChange:whenAvailable',
    'fullDocumentBeforeChange:required',
    'fullDocumentBeforeChange:off',
  ].map((option) => `${option} with changeStreamPreAndPostImages enabled`),
  'needs views': ['when showExpandedEvents is true, create events on views are reported'],
  'needs collMod': ['when showExpandedEvents is true, modify events are reported'],
};

const folder = new URL('../vectors/change-streams-specification/', import.meta.url);
const files = readdirSync(folder).filter((name) => name.endsWith('.json'));

const numbersOf = (text: string): number[] => text.split('.').map(Number);

const version = '7.0.0';

function isBefore(one: string, other: string): boolean {
  const [a, b] = [numbersOf(one), numbersOf(other)];
  const index = a.findIndex((number, at) => number !== (b[at] ?? 0));
  return index >= 0 && (a[index] ?? 0) < (b[index] ?? 0);
}

/** Whether a test is meant for a replica set of the version that the embedded database tells. */
function isMeantForThis({ runOnRequirements }: Document): boolean {
  const requirements: Document[] = runOnRequirements ?? [{}];
  return requirements.some(
    ({ minServerVersion = '0', maxServerVersion = '99', topologies = ['replicaset'] }) =>
      !isBefore(version, minServerVersion) &&
      !isBefore(maxServerVersion, version) &&
      topologies.includes('replicaset'),
  );
}

interface Case extends UnifiedTest {
  readonly name: string;
}

function casesOf(file: string): Case[] {
  const suite = EJSON.parse(readFileSync(new URL(file, folder), 'utf8')) as Document;
  const { createEntities, initialData = [] } = suite;
  return (suite.tests as Document[])
    .filter(isMeantForThis)
    .map(({ description, operations, expectEvents = [] }) => ({
      name: `${suite.description}: ${description}`,
      description,
      operations,
      expectEvents,
      createEntities,
      initialData,
    }));
}

const cases = files.flatMap(casesOf);
const leftOutNames = Object.values(leftOut).flat();
const run = cases.filter(({ description }) => !leftOutNames.includes(description));

let database: TestDatabase;
let proxy: FailingProxy;
beforeAll(async () => {
  database = await startTestDatabase({ port: 0 });
  proxy = await startFailingProxy(Number(new URL(database.url).port));
});
afterAll(async () => {
  await proxy.stop();
  await database.stop();
});

it('leaves out nothing but what is listed', () => {
  expect(cases).toHaveLength(66);
  expect(run).toHaveLength(66 - leftOutNames.length);
});

it.each(run)('$name', async (test) => {
  await new UnifiedTestRun(test, proxy).run();
});
