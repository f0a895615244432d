import { readFileSync } from 'node:fs';

const lock = JSON.parse(readFileSync('package-lock.json', 'utf8'));

it('The lock file names the widget without the packages that it was built from, as ADR 17 says', () => {
  expect(lock.packages['node_modules/@rocket.chat/livechat']).toMatchObject({ version: '1.13.3' });
  expect(lock.packages['node_modules/@rocket.chat/livechat']).not.toHaveProperty('dependencies');
});
