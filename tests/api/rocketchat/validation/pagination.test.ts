import { readPage } from '../../../../src/api/rocketchat/validation/pagination.ts';
import { patient } from '../../../support/paging.ts';
import { settingsWith } from '../../../support/settings.ts';

const page = (input: Parameters<typeof readPage>[0], settings = settingsWith()) =>
  readPage(input, { ts: -1 }, settings, { signal: patient });

describe('A page', () => {
  it('has 50 items from the first, in the default order, if nothing else is requested', () => {
    expect(page({})).toEqual({ count: 50, offset: 0, sort: { ts: -1 }, signal: patient });
  });

  it('is reduced to the upper limit and to whole numbers', () => {
    expect(page({ count: 5000 }).count).toBe(100);
    expect(page({ count: 5.9, offset: 2.9 })).toMatchObject({ count: 5, offset: 2 });
  });

  it('is everything for 0 if that is allowed, otherwise the default', () => {
    expect(page({ count: 0 }).count).toBe(0);
    expect(page({ count: 0 }, settingsWith({ API_Allow_Infinite_Count: false })).count).toBe(50);
  });

  it('treats null as absent', () => {
    expect(page({ count: null, offset: null, sort: null })).toEqual(page({}));
  });

  it('has its whole order replaced by a sort', () => {
    expect(page({ sort: '{"lastChat.ts":1,"name":-1}' }).sort).toEqual({ 'lastChat.ts': 1, name: -1 });
  });

  it.each([
    'ts',
    'null',
    '5',
    '[1]',
    '{"ts":2}',
    '{"ts":"1"}',
    '{"ts":{"$meta":"x"}}',
    '{"$where":1}',
    '{"a..b":1}',
    '{"":1}',
  ])("refuses the sort %s in Rocket.Chat's words", (sort) => {
    expect(() => page({ sort })).toThrow(
      expect.objectContaining({
        failure: {
          status: 400,
          error: `Invalid sort parameter provided: "${sort}" [error-invalid-sort]`,
          errorType: 'error-invalid-sort',
          details: { helperMethod: 'parseJsonQuery' },
        },
      }),
    );
  });

  it('is sorted by 32 fields at most, as MongoDB does', () => {
    const sortBy = (fields: number) =>
      JSON.stringify(Object.fromEntries(Array.from({ length: fields }, (_, index) => [`f${index}`, 1])));
    expect(Object.keys(page({ sort: sortBy(32) }).sort)).toHaveLength(32);
    expect(() => page({ sort: sortBy(33) })).toThrow(
      expect.objectContaining({ failure: expect.objectContaining({ errorType: 'error-invalid-sort' }) }),
    );
  });

  it.each([
    [{ offset: -1 }, 'The offset must be from 0 to 9007199254740991 [error-invalid-offset]'],
    [{ offset: 1e300 }, 'The offset must be from 0 to 9007199254740991 [error-invalid-offset]'],
    [{ count: -5 }, 'The count must be 0 or more [error-invalid-count]'],
  ])('refuses %j, which MongoDB would, and says why', (input, error) => {
    expect(() => page(input)).toThrow(
      expect.objectContaining({ failure: expect.objectContaining({ status: 400, error }) }),
    );
  });
});
