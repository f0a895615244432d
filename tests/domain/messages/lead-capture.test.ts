import { findLeads } from '../../../src/domain/messages/lead-capture.ts';
import { settingsWith } from '../../support/settings.ts';

const unknown = { emails: [], phones: [] };

describe('What a visitor mentions', () => {
  it('is an e-mail address in any case, and a phone number, each once', () => {
    const text = 'Write to Ann@X.io or ann@y.com, ring (51) 5555-5555. Ann@X.io!';
    expect(findLeads(settingsWith(), text, unknown)).toEqual({
      emails: ['ann@x.io', 'ann@y.com'],
      phones: ['(51) 5555-5555'],
    });
  });

  it('is not found in words that are too long to be an address', () => {
    expect(findLeads(settingsWith(), `${'a'.repeat(300)}@x.io`, unknown).emails).toEqual([]);
  });

  it("is found by the site's own pattern; an empty, broken or endless pattern finds nothing", () => {
    const byPhone = (pattern: string, text: string) =>
      findLeads(settingsWith({ Livechat_lead_phone_regex: pattern }), text, unknown).phones;
    expect(byPhone('#\\d+', 'call #12 or #34')).toEqual(['#12', '#34']);
    expect(byPhone('', '5555-5555')).toEqual([]);
    expect(byPhone('(', '5555-5555')).toEqual([]);
    expect(byPhone('(1+)+$', `${'1'.repeat(60)}!`)).toEqual([]);
  });

  it('is not taken again if it is known', () => {
    const known = { emails: ['ann@x.io'], phones: ['5555-5555'] };
    const text = 'ann@x.io, bob@x.io, 5555-5555 and 6666-6666';
    expect(findLeads(settingsWith(), text, known)).toEqual({ emails: ['bob@x.io'], phones: ['6666-6666'] });
  });

  it('is no more than ten addresses and ten numbers of a message, and fifty of a person', () => {
    const numbered = (make: (n: number) => string, count: number) =>
      Array.from({ length: count }, (_, n) => make(n));
    const email = (n: number) => `lead${n}@x.io`;
    const phone = (n: number) => `55555-${1000 + n}`;
    const text = [...numbered(email, 200), ...numbered(phone, 200)].join(', ');
    const leads = findLeads(settingsWith(), text, unknown);
    expect(leads).toEqual({ emails: numbered(email, 10), phones: numbered(phone, 10) });
    const known = { emails: numbered((n) => `old${n}@x.io`, 47), phones: numbered((n) => `old ${n}`, 60) };
    expect(findLeads(settingsWith(), text, known)).toEqual({ emails: numbered(email, 3), phones: [] });
  });
});
