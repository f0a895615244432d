import { MongoErrorLabel, MongoNetworkError } from 'mongodb';
import { repeatUnsent } from '../../../src/storage/mongodb/repeat-unsent.ts';

const lost = new MongoNetworkError('connection closed');
const unsent = new MongoNetworkError('connection pool was cleared');
unsent.addErrorLabel(MongoErrorLabel.PoolRequestedRetry);

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
  it('is sent again if it was never sent', async () => {
    const { write, times } = failing(unsent);
    expect(await repeatUnsent(write)).toBe('written');
    expect(times()).toBe(2);
  });

  it('is not if it may have been done, nor a third time', async () => {
    const sent = failing(lost);
    await expect(repeatUnsent(sent.write)).rejects.toBe(lost);
    expect(sent.times()).toBe(1);
    const stubborn = failing(unsent, unsent);
    await expect(repeatUnsent(stubborn.write)).rejects.toBe(unsent);
    expect(stubborn.times()).toBe(2);
  });
});
