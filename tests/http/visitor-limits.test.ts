import { visitorLimits } from '../../src/http/visitor-limits.ts';
import { settingsWith } from '../support/settings.ts';

const settings = settingsWith({
  Foyer_Rate_Limiter_Visitor_Bytes: 1_000,
  Foyer_Rate_Limiter_Visitor_Calls: 30,
  Foyer_Rate_Limiter_Visitors_Per_Address: 4,
});

describe('the limits of what visitors do', () => {
  it('give an address as many calls and bytes as a number of visitors', () => {
    expect(visitorLimits(settings)).toEqual({
      byAddress: { calls: 120, perMs: 60_000, bytesPerMinute: 4_000 },
      byVisitor: { calls: 30, perMs: 60_000, bytesPerMinute: 1_000 },
    });
  });

  it('let an endpoint count an address as fewer visitors', () => {
    const { byAddress } = visitorLimits(settings, { calls: 5, perMs: 60_000, mostVisitors: 2 });
    expect(byAddress).toEqual({ calls: 10, perMs: 60_000, bytesPerMinute: 4_000 });
    expect(visitorLimits(settings, { calls: 5, perMs: 60_000, mostVisitors: 9 }).byAddress?.calls).toBe(20);
  });

  it("let an endpoint have its own number of calls, but an address's are always per minute", () => {
    expect(visitorLimits(settings, { calls: 1, perMs: 5_000 })).toEqual({
      byAddress: { calls: 4, perMs: 60_000, bytesPerMinute: 4_000 },
      byVisitor: { calls: 1, perMs: 5_000, bytesPerMinute: 1_000 },
    });
  });
});
