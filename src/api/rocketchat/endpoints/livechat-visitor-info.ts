import type { Dependencies } from '../../../domain/dependencies.ts';
import { visitorInfo } from './livechat-visitors-info.ts';

/** `GET livechat/visitor.info`: the same under the address that Rocket.Chat's handbook gives. */
export const livechatVisitorInfo = (deps: Pick<Dependencies, 'visitors'>) =>
  visitorInfo('livechat-visitor-info', '/livechat/visitor.info', deps);
