import type { GetVisitorDeps } from '../../../domain/visitors/get-visitor.ts';
import { visitorInfo } from './livechat-visitors-info.ts';

/** `GET livechat/visitor.info`: the same, at the path in Rocket.Chat's older documentation. */
export const livechatVisitorInfo = (deps: GetVisitorDeps) =>
  visitorInfo('livechat-visitor-info', '/livechat/visitor.info', deps);
