/** A mail, ready to be sent. */
export interface Mail {
  readonly from: string;
  readonly to: string;
  /** Whom an answer goes to; the sender if absent. */
  readonly replyTo?: { readonly name: string; readonly address: string };
  readonly subject: string;
  readonly text: string;
}

/** Looks mail domains up. */
export interface MailDomains {
  /** Whether the domain can receive mail, as far as its name servers say; if they do not answer, it is assumed. */
  exists(domain: string): Promise<boolean>;
}
