import { findLeads } from '../../../src/domain/messages/lead-capture.ts';
import { settingsWith } from '../../support/settings.ts';

describe('What a visitor mentions', () => {
  it('is an e-mail address in any case, and a phone number, each once', () => {
    const text = 'Write to Ann@X.io or ann@y.com, ring (51) 5555-5555. Ann@X.io!';
    expect(findLeads(settingsWith(), text)).toEqual({
      emails: ['Ann@X.io', 'ann@y.com'],
      phones: ['(51) 5555-5555'],
    });
  });

  it('is not found in words that are too long to be an address', () => {
    expect(findLeads(settingsWith(), `${'a'.repeat(300)}@x.io`).emails).toEqual([]);
  });

  it("is found by the site's own pattern; an empty, broken or endless pattern finds nothing", () => {
    const byPhone = (pattern: string, text: string) =>
      findLeads(settingsWith({ Livechat_lead_phone_regex: pattern }), text).phones;
    expect(byPhone('#\\d+', 'call #12 or #34')).toEqual(['#12', '#34']);
    expect(byPhone('', '5555-5555')).toEqual([]);
    expect(byPhone('(', '5555-5555')).toEqual([]);
    expect(byPhone('(1+)+$', `${'1'.repeat(60)}!`)).toEqual([]);
  });
});
