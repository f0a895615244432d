import { MongoClient, MongoCompatibilityError, MongoNetworkError, MongoServerError } from 'mongodb';
import { startAdvice } from '../../../src/storage/mongodb/start-advice.ts';

const serverError = (code: number) => new MongoServerError({ message: `error ${code}`, code });

describe('what keeps the service from starting', () => {
  it.each([
    ['a server that does not answer', new MongoNetworkError('refused'), /cannot be reached/],
    [
      'a name that no DNS knows',
      Object.assign(new Error('querySrv ENOTFOUND'), { code: 'ENOTFOUND', syscall: 'querySrv' }),
      /cannot be reached/,
    ],
    ['a wrong password', serverError(18), /refuses the user or the password/],
    ['a wrong password in Atlas', serverError(8_000), /refuses the user or the password/],
    ['a user who may only read', serverError(13), /give them the role readWrite/],
    ['a server that is too old', new MongoCompatibilityError('reports wire version 6'), /wire version 6/],
  ])('is said in one sentence, for %s', (_what, error, sentence) => {
    expect(startAdvice(error)).toMatch(sentence);
  });

  it('is an address that cannot be understood, whose password is not quoted', () => {
    const open = () => new MongoClient('mongodb://bob:se@cret@host:port/foyer');
    let thrown: unknown;
    try {
      open();
    } catch (error) {
      thrown = error;
    }
    expect(startAdvice(thrown)).toMatch(/percent-encoded/);
    expect(startAdvice(thrown)).not.toContain('cret');
  });

  it('is nothing for the operator, for a fault of our own', () => {
    expect(startAdvice(new TypeError('undefined is not a function'))).toBeUndefined();
    expect(startAdvice(serverError(2))).toBeUndefined();
  });
});
