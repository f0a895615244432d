import { RoomAgents } from '../../../../src/api/rocketchat/streams/room-agents.ts';
import { RoomWatcher } from '../../../../src/api/rocketchat/streams/room-watcher.ts';
import { WatcherIndex } from '../../../../src/api/rocketchat/streams/watcher-index.ts';
import type { SettingValues } from '../../../../src/domain/settings/settings.ts';
import { settingsWith } from '../../../support/settings.ts';

/** A room that an agent serves and its visitor watches, with what the visitor is told. */
function watchedRoom(settings: Partial<SettingValues> = {}) {
  const told: unknown[] = [];
  const rid = 'room';
  const asking = { kind: 'visitor', token: 'token' } as const;
  const connection = {
    isWidget: false,
    restart: () => undefined,
    publish: (_collection: string, _event: string, args: readonly unknown[]) => told.push(...args),
  };
  const client = {
    ...{ connection, user: undefined, isBanned: () => false, revoke: () => undefined },
    askingWith: () => asking,
  };
  const watcher = new RoomWatcher(client, rid, asking, {
    room: { _id: rid, t: 'l', open: true },
    viewer: { kind: 'visitor', _id: 'ann', name: 'Ann', token: 'token' },
  });
  watcher.subscriptions.set('1', 'livechat-room');
  const watchers = new WatcherIndex();
  watchers.add(watcher);
  const agents = new RoomAgents(
    { settings: settingsWith(settings), users: { findById: async () => null } },
    watchers,
  );
  agents.watch(rid, 'bo');
  const becomes = (status?: string) =>
    agents.userChanged({ _id: 'bo', roles: [], ...(status === undefined ? {} : { status }) });
  return { told, becomes };
}

describe('How present an agent is', () => {
  it('is told when it changes, and not whenever the user changes', () => {
    const { told, becomes } = watchedRoom();
    for (const status of ['away', 'away', 'online', undefined, 'online']) becomes(status);
    expect(told).toEqual([
      { type: 'agentStatus', status: 'away' },
      { type: 'agentStatus', status: 'online' },
    ]);
  });

  it('is not told where the site hides who the agents are', () => {
    const { told, becomes } = watchedRoom({ Livechat_show_agent_info: false });
    becomes('away');
    expect(told).toEqual([]);
  });
});
