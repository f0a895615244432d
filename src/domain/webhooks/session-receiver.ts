/** What a receiver answered. */
export interface ReceiverAnswer {
  readonly status: number;
  /** The beginning of the body. */
  readonly text: string;
}

/** The receiver at `Livechat_webhookUrl`. */
export interface SessionReceiver {
  /**
   * Posts JSON to it, with `Livechat_secret_token` as `X-RocketChat-Livechat-Token` if that is set.
   * @throws if it cannot be reached, may not be, or does not answer within `Livechat_http_timeout` milliseconds.
   */
  post(body: object, signal: AbortSignal): Promise<ReceiverAnswer>;
}
