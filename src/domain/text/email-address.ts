/**
 * Whether a text is one e-mail address that a mail can be sent to. Characters with which a mail header holds several
 * addresses, or more than an address, are refused.
 */
export const isEmailAddress = (text: string): boolean =>
  /^[^\s@,;:<>()[\]\\"\p{Cc}]{1,64}@[^\s@,;:<>()[\]\\"\p{Cc}]{1,255}$/u.test(text);
