import type { Dependencies } from '../../domain/dependencies.ts';
import { info } from './endpoints/info.ts';
import type { RocketChatEndpoint } from './mount.ts';

/** Everything below `/api/v1`, in the order in which paths are tried. */
export const versionedEndpoints = (_deps: Dependencies): RocketChatEndpoint[] => [];

/** What Rocket.Chat serves below `/api` alone. */
export const unversionedEndpoints = (_deps: Dependencies): RocketChatEndpoint[] => [info()];
