import { Turns } from '../../src/http/turns.ts';

/** Requests of a client, by name; which of them have had their turn. */
function story(atATime: number) {
  const turns = new Turns(atATime);
  const begun: string[] = [];
  const ask = (client: string, name: string) => {
    const connection = new AbortController();
    turns.take(client, connection.signal).then(
      () => begun.push(name),
      () => undefined,
    );
    return () => connection.abort();
  };
  const settled = async () => {
    await new Promise(setImmediate);
    return begun;
  };
  return { ask, settled };
}

it('lets a client’s requests wait until earlier ones are done, in order', async () => {
  const { ask, settled } = story(2);
  const [first, second] = ['a', 'b', 'c', 'd'].map((name) => ask('ann', name));
  expect(await settled()).toEqual(['a', 'b']);
  second?.();
  expect(await settled()).toEqual(['a', 'b', 'c']);
  first?.();
  expect(await settled()).toEqual(['a', 'b', 'c', 'd']);
});

it('passes over those whose client has gone', async () => {
  const { ask, settled } = story(1);
  const [first, second] = ['a', 'b', 'c'].map((name) => ask('ann', name));
  second?.();
  expect(await settled()).toEqual(['a']);
  first?.();
  expect(await settled()).toEqual(['a', 'c']);
});

it('keeps no client waiting for another, and begins anew with one who comes back', async () => {
  const { ask, settled } = story(1);
  const leave = ask('ann', 'a');
  ask('bob', 'b');
  expect(await settled()).toEqual(['a', 'b']);
  leave();
  ask('ann', 'again');
  expect(await settled()).toEqual(['a', 'b', 'again']);
});

it('tells those who give up before their turn, and keeps no place for those who have', async () => {
  const turns = new Turns(1);
  const gone = AbortSignal.abort(new Error('gone'));
  await expect(async () => turns.take('ann', gone)).rejects.toThrow('gone');
  const [first, second] = [new AbortController(), new AbortController()];
  await turns.take('ann', first.signal);
  const waiting = turns.take('ann', second.signal);
  second.abort(new Error('gone, too'));
  await expect(waiting).rejects.toThrow('gone, too');
});
