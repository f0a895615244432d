import { logIn } from '../support/accounts.ts';
import { headersOf } from '../support/client.ts';
import { operations, operationsIn } from '../support/openapi.ts';
import { textPlaces, unboundedLists } from '../support/request-texts.ts';
import { adminUsername, startTestService, type TestService } from '../support/service.ts';
import { requestOf } from '../support/spec-requests.ts';
import { openWire, type Wire } from '../support/wire.ts';

const mebibyte = 1024 * 1024;

const cases = operationsIn('rocketchat').flatMap((operation) =>
  textPlaces(operation).map((place) => [operation.id, place.title, operation, place] as const),
);

/** Without the user who is asked for, or with a room by two names, these requests are refused for that first. */
const lackMore = [
  'users-info query includeUserRooms',
  'users-info query fields',
  'subscriptions-read body roomId',
];

/** A text of so many characters, each of which takes two units of UTF-16 and four bytes. */
const astral = (length: number) => '𝔞'.repeat(length);

describe('a text in a request', () => {
  let service: TestService;
  let wire: Wire;
  let admin: Readonly<Record<string, string>>;
  beforeAll(async () => {
    service = await startTestService();
    wire = openWire(await service.start());
    const basic = Buffer.from(`${adminUsername}:${adminUsername}`).toString('base64');
    admin = { ...headersOf(await logIn(service.app)), Authorization: `Basic ${basic}` };
  });
  afterAll(async () => {
    wire.close();
    await service.stop();
  });

  it('has a bound far below the limit of a body, whichever it is', () => {
    expect(cases.length).toBeGreaterThan(100);
    const unbounded = cases.filter(([, , , { maxLength = mebibyte }]) => maxLength > mebibyte / 2);
    expect(unbounded.map(([id, title]) => `${id} ${title}`)).toEqual([]);
  });

  it('and so does every list', () => {
    expect(operations.filter((operation) => unboundedLists(operation).length > 0)).toEqual([]);
  });

  it.each(cases)(
    'is refused beyond its bound, and not before: %s, %s',
    async (_id, title, operation, place) => {
      const { maxLength = 0, filledWith } = place;
      const send = (text: string) => {
        const { headers, ...sent } = requestOf(operation, filledWith(text));
        return wire.sendChecked({ ...sent, headers: { ...headers, ...admin } });
      };
      const tooLong = await send('x'.repeat(maxLength + 1));
      expect(tooLong.status).toBe(operation.id === 'login' ? 401 : 400);
      // Rocket.Chat's dialect names the bound, except where it says of anything that it is no login.
      const isNamed = operation.path.startsWith('/api/v1/') && operation.id !== 'login';
      const isComplete = !lackMore.includes(`${operation.id} ${title}`);
      if (isNamed && isComplete) expect(tooLong.text).toContain(`NOT have more than ${maxLength} characters`);
      const longest = await send(title.startsWith('body') ? astral(maxLength) : 'x'.repeat(maxLength));
      expect(longest.text).not.toContain('NOT have more than');
      expect(longest.status).toBeLessThan(500);
    },
  );
});
