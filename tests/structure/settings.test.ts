import { readFileSync } from 'node:fs';
import { isObeyed, settingDefinitions } from '../../src/domain/settings/settings.ts';

/** What `docs/compatibility.md` lists under a heading, as a test for names; `*` stands for anything. */
function listedUnder(heading: string): (name: string) => boolean {
  const [, section = ''] = readFileSync('docs/compatibility.md', 'utf8').split(`\n### ${heading}\n`);
  const lines = section.split('\n## ')[0]?.split('\n') ?? [];
  const names = lines
    .filter((line) => line.startsWith('- '))
    .flatMap((line) => [...line.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name));
  return (name) =>
    names.some((each) => (each.endsWith('*') ? name.startsWith(each.slice(0, -1)) : name === each));
}

describe('docs/compatibility.md', () => {
  it('lists the settings without effect: those that the service does not obey', () => {
    const isListed = listedUnder('Settings without effect');
    const ids = [...settingDefinitions.keys()];
    expect(ids.filter(isListed)).toEqual(ids.filter((id) => !isObeyed(id)));
  });
});
