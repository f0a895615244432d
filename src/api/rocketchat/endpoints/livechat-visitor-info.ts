import type { VisitorInfoDeps } from '../../../domain/rooms/get-visitor-info.ts';
import { visitorInfo } from './livechat-visitors-info.ts';

/** `GET livechat/visitor.info`: `livechat/visitors.info` at the path in Rocket.Chat's older documentation. */
export const livechatVisitorInfo = (deps: VisitorInfoDeps) =>
  visitorInfo('livechat-visitor-info', '/livechat/visitor.info', deps);
