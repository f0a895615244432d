import { splitName } from '../../../src/domain/visits/person-name.ts';

describe('a name in two parts', () => {
  it.each([
    ['Ann Example', 'Ann', 'Example'],
    ['Ann  van der Example', 'Ann', 'van der Example'],
    ['Ann', 'Ann', ''],
    [' Ann ', 'Ann', ''],
    [undefined, '', ''],
  ])('parts %p at the first blank', (name, firstName, lastName) => {
    expect(splitName(name)).toEqual({ firstName, lastName });
  });
});
