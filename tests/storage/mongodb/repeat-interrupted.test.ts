import { MongoNetworkError, MongoServerError } from 'mongodb';
import { repeatInterrupted } from '../../../src/storage/mongodb/repeat-interrupted.ts';

const lost = new MongoNetworkError('connection closed');
const steppedDown = new MongoServerError({ message: 'not primary', code: 10107 });
const tooSlow = new MongoServerError({ message: 'operation exceeded time limit', code: 50 });

/** A write that fails with these errors, one each time, and then does not. */
function failing(...errors: readonly Error[]) {
  const left = [...errors];
  let times = 0;
  const write = async () => {
    times += 1;
    const error = left.shift();
    if (error) throw error;
    return 'written';
  };
  return { write, times: () => times };
}

describe('a write of several documents', () => {
  it('is sent again if its connection was lost, or the primary stepped down', async () => {
    for (const error of [lost, steppedDown]) {
      const { write, times } = failing(error);
      expect(await repeatInterrupted(write)).toBe('written');
      expect(times()).toBe(2);
    }
  });

  it('is not if it failed for another reason, nor a third time', async () => {
    const slow = failing(tooSlow);
    await expect(repeatInterrupted(slow.write)).rejects.toBe(tooSlow);
    expect(slow.times()).toBe(1);
    const stubborn = failing(lost, steppedDown);
    await expect(repeatInterrupted(stubborn.write)).rejects.toBe(steppedDown);
    expect(stubborn.times()).toBe(2);
  });
});
