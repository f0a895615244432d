import { accountTimes, dayIn } from '../../../src/api/livechat/times.ts';
import { settingsWith } from '../../support/settings.ts';

const noon = new Date('2026-03-08T12:00:00Z');
const timesIn = (zone: string) => accountTimes(settingsWith({ Foyer_Timezone: zone }));

describe('times as LiveChat tells them', () => {
  it('are in the zone of the account, across its change of clocks', () => {
    expect(timesIn('America/New_York').text(noon)).toBe('2026-03-08 08:00:00');
    expect(timesIn('America/New_York').longText(noon)).toBe('Sun, 03/08/26 08:00:00 am');
    expect(dayIn('America/New_York', '2026-03-08')).toEqual({
      start: new Date('2026-03-08T05:00:00Z'),
      end: new Date('2026-03-09T03:59:59.999Z'),
    });
  });

  it.each(['Mars/Base', ''])('are in UTC if there is no such zone: %s', (zone) => {
    expect(timesIn(zone).text(noon)).toBe('2026-03-08 12:00:00');
    expect(dayIn(zone, '2026-03-08')?.start).toEqual(new Date('2026-03-08T00:00:00Z'));
  });

  describe('and the formats of their zones', () => {
    const { DateTimeFormat } = Intl;
    let made = 0;
    beforeAll(() => {
      Intl.DateTimeFormat = new Proxy(DateTimeFormat, {
        construct(target, given: ConstructorParameters<typeof DateTimeFormat>) {
          made += 1;
          return new target(...given);
        },
      });
    });
    afterAll(() => {
      Intl.DateTimeFormat = DateTimeFormat;
    });

    it('are kept, but not of any number of spellings', () => {
      const hoursOf = (zone: string) => dayIn(zone, '2026-03-08')?.start.getUTCHours();
      expect(hoursOf('Asia/Tokyo')).toBe(15);
      const atFirst = made;
      expect(hoursOf('Asia/Tokyo')).toBe(15);
      expect(made).toBe(atFirst);
      const spellings = Array.from({ length: 100 }, (_, n) =>
        [...'europeberlin'].map((letter, at) => (n & (1 << at) ? letter.toUpperCase() : letter)).join(''),
      );
      for (const spelling of spellings) hoursOf(`${spelling.slice(0, 6)}/${spelling.slice(6)}`);
      const before = made;
      hoursOf('Asia/Tokyo');
      expect(made).toBeGreaterThan(before);
    });
  });
});
