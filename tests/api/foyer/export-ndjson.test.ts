import { logIn } from '../../support/accounts.ts';
import { headersOf } from '../../support/client.ts';
import { insertAgent, startChat } from '../../support/conversations.ts';
import { foyerClient } from '../../support/foyer.ts';
import { useService } from '../../support/use-service.ts';
import { openPage } from '../../support/visits.ts';

const { service, anyone } = useService();
let headers: Readonly<Record<string, string>>;
const foyer = foyerClient(
  () => service.app,
  () => headers,
);
beforeAll(async () => {
  headers = headersOf(await logIn(service.app));
  await insertAgent(service);
});

interface Line {
  readonly number: number;
}
const linesOf = (text: string): Line[] =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));

describe('the export of everyone', () => {
  it('has a line for each, whoever came last first, and no tokens', async () => {
    const token = await openPage(anyone, { title: 'Hats' });
    const { visitor } = await startChat(anyone, { name: 'Ann' });
    const { text, headers: answered } = await foyer.get('export.ndjson');
    expect(answered['content-type']).toBe('application/x-ndjson');
    expect(linesOf(text)).toMatchObject([
      { id: visitor._id, name: 'Ann', isRegistered: true, chatCount: 1 },
      { isRegistered: false, pageViewCount: 1, lastVisit: { page: { title: 'Hats' } } },
    ]);
    for (const secret of [token, visitor.token]) expect(text).not.toContain(secret);
  });

  it('is as long as it has to be, and goes on where it was cut off', async () => {
    await service.db.collection<{ _id: string }>('foyer_visitor').insertMany(
      Array.from({ length: 1_300 }, (_, n) => ({
        ...{ _id: `known-${n}`, number: n + 1, liveChatId: `S${n}.0`, firstVisitAt: new Date(n) },
        ...{ visits: 1, pageViews: 1, greetingsShown: 0, greetingsAccepted: 0, greetingsRefused: 0 },
        ...{ customVariables: [], isMerged: false },
      })),
    );
    const numbers = linesOf((await foyer.get('export.ndjson')).text).map(({ number }) => number);
    expect(numbers.length).toBeGreaterThan(1_300);
    expect(numbers).toEqual([...numbers].sort((one, other) => other - one));
    expect(new Set(numbers).size).toBe(numbers.length);
    const rest = linesOf((await foyer.get('export.ndjson', { before: 701 })).text);
    expect(rest.map(({ number }) => number)).toEqual(Array.from({ length: 700 }, (_, n) => 700 - n));
  });

  it.each(['0', '-14', '1.5', 'abc', '9223372036854775808'])('begins at a number: %s', async (before) => {
    expect((await foyer.get('export.ndjson', { before })).status).toBe(400);
  });
});
