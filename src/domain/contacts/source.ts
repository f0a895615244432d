/** Where a conversation came from. */
export interface RoomSource {
  readonly type: string;
  readonly id?: string;
  readonly alias?: string;
  readonly label?: string;
  readonly sidebarIcon?: string;
  readonly defaultIcon?: string;
  readonly destination?: string;
}

/** What distinguishes the channels through which a visitor writes. */
export type ChannelSource = Pick<RoomSource, 'type' | 'id'>;
