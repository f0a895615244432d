import { comparableNumber, numbersMeant } from '../../../src/domain/text/phone-number.ts';

describe('Phone numbers', () => {
  it.each([
    ['+49 30 1234567', '', '+49301234567'],
    ['+49 (0)30 123-45.67', '', '+49301234567'],
    ['(+49) 30 1234567', '', '+49301234567'],
    ['004930 1234567', '', '+49301234567'],
    ['030/1234567', 'DE', '+49301234567'],
    ['0049 30 1234567', 'DE', '+49301234567'],
    ['(212) 555-0123', 'US', '+12125550123'],
    ['+49 30 1234567', 'US', '+49301234567'],
  ])('are one number however they are spelled: %s in "%s"', (text, country, number) => {
    expect(comparableNumber(text, country)).toBe(number);
  });

  it('without a country are compared by their digits', () => {
    expect(comparableNumber('030/123 45-67', '')).toBe('0301234567');
    expect(comparableNumber('0301234567', 'Atlantis')).toBe('0301234567');
    expect(comparableNumber('1-23', 'DE')).toBe('123');
  });

  it.each(['', ' ', '0', '-', '12', 'call 030 1234567', 'anna@example.org', '+'.repeat(50), '1'.repeat(50)])(
    'are not any text: %s',
    (text) => {
      expect(comparableNumber(text, 'DE')).toBeUndefined();
      expect(numbersMeant(text, 'DE')).toEqual([]);
    },
  );

  it('may have lost their + on the way', () => {
    expect(numbersMeant(' 49 30 1234567', '')).toEqual(['49301234567', '+49301234567']);
    expect(numbersMeant(' 030 1234567', 'DE')).toContain('+49301234567');
    expect(numbersMeant('49 30 1234567', '')).toEqual(['49301234567']);
  });
});
