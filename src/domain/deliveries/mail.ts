import type { Settings } from '../settings/settings.ts';

/** A mail, ready to be sent. */
export interface Mail {
  readonly from: string;
  readonly to: string;
  /** Whom an answer goes to; the sender if absent. */
  readonly replyTo?: { readonly name: string; readonly address: string };
  readonly subject: string;
  readonly text: string;
  /** The same for programs that show HTML. */
  readonly html?: string;
}

/** Whom mails come from: Rocket.Chat's setting, or else nobody at the service's own address. */
export const senderOf = ({
  settings,
  rootUrl,
}: {
  readonly settings: Settings;
  readonly rootUrl: () => string;
}): string => settings.get('From_Email') || `no-reply@${new URL(rootUrl()).hostname}`;

/** Looks mail domains up. */
export interface MailDomains {
  /** Whether the domain can receive mail, as far as its name servers say; if they do not answer, it is assumed. */
  exists(domain: string): Promise<boolean>;
}
