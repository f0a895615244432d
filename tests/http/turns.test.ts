import { EventEmitter } from 'node:events';
import type { Response } from 'express';
import { Turns } from '../../src/http/turns.ts';

/** Answers of a client, by name; whether each has had its turn. */
function story(atATime: number) {
  const turns = new Turns(atATime);
  const begun: string[] = [];
  const ask = (client: string, name: string) => {
    const res = new EventEmitter();
    void turns.take(client, res as Response).then(() => begun.push(name));
    return () => res.emit('close');
  };
  const settled = async () => {
    await new Promise(setImmediate);
    return begun;
  };
  return { ask, settled };
}

it('lets a client’s answers wait until earlier ones are done, in order', async () => {
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
