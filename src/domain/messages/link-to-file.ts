import type { MessageFile } from './message.ts';

/** The path at which a file can be loaded; the name is for people. */
export const linkToFile = ({ _id, name = '' }: MessageFile): string =>
  `/file-upload/${_id}/${encodeURIComponent(name)}`;
