import type { User } from '../../domain/accounts/user.ts';

/** What lists show about an agent or manager. */
export const presentLivechatUser = (user: User): object => ({
  _id: user._id,
  username: user.username,
  name: user.name,
  status: user.status,
  statusLivechat: user.statusLivechat,
  emails: user.emails,
  livechat: user.livechat,
});
