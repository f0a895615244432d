import type { GetVisitorDeps } from '../../../domain/visitors/get-visitor.ts';
import { visitorInfo } from './livechat-visitors-info.ts';

/** `GET livechat/visitor.info`: the same under the address that Rocket.Chat's handbook gives. */
export const livechatVisitorInfo = (deps: GetVisitorDeps) =>
  visitorInfo('livechat-visitor-info', '/livechat/visitor.info', deps);
