import type { Ban } from '../../domain/bans/ban.ts';

/** A ban, and who made it. */
export const presentBan = ({ expiresAt, createdBy, ...ban }: Ban): object => ({
  ...ban,
  createdBy: { _id: createdBy._id, username: createdBy.username ?? '' },
  expiresAt: expiresAt ?? null,
});
