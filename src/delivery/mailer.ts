import type { Transporter } from 'nodemailer';
import type { Mail } from '../domain/deliveries/mail.ts';

/** Sends mails. */
export interface Mailer {
  /**
   * @param signal aborts when the service stops.
   * @throws if the mail server cannot be reached, or does not accept the mail.
   */
  send(mail: Mail, signal: AbortSignal): Promise<void>;
  close(): void;
}

/** How long a mail server may take before it is given up until the next attempt. */
export interface MailPatience {
  /** How long it may say nothing. */
  readonly silenceMs: number;
  /** How long it may take for a mail in all, whatever it says meanwhile. */
  readonly mailMs: number;
}

/** A mail takes less time than its attempt is reserved for, so that it is not sent twice. */
const defaultPatience: MailPatience = { silenceMs: 15_000, mailMs: 45_000 };

/**
 * Sends mails by SMTP.
 * @param url of the mail server: `smtp://user:password@host:port`, or `smtps:`. Without one, no mail can be sent.
 */
export function createMailer(url: string | undefined, patience = defaultPatience): Mailer {
  if (url === undefined) {
    return {
      send: () => Promise.reject(new Error('no mail can be sent, since MAIL_URL is not set')),
      close: () => undefined,
    };
  }
  let opening: Promise<Transporter> | undefined;
  return {
    async send({ from, to, replyTo, subject, text, html }, signal) {
      opening ??= openTransport(url, patience.silenceMs);
      const transport = await opening;
      try {
        await transport.sendMail({
          from,
          to,
          subject,
          text,
          ...(html && { html }),
          ...(replyTo && { replyTo }),
          signal: AbortSignal.any([signal, AbortSignal.timeout(patience.mailMs)]),
        });
      } catch (error) {
        throw new Error(`the mail server did not take it: ${codesOf(error)}`);
      }
    },
    close: () => void opening?.then((transport) => transport.close()),
  };
}

/** The library is loaded for the first mail: the service is ready sooner without it. */
async function openTransport(url: string, silenceMs: number): Promise<Transporter> {
  const { createTransport } = await import('nodemailer');
  return createTransport({
    url,
    connectionTimeout: silenceMs,
    greetingTimeout: silenceMs,
    socketTimeout: silenceMs,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
}

/** The server's own sentence may contain addresses, which do not belong in a log. */
function codesOf(error: unknown): string {
  const { code, responseCode } = error as { readonly code?: unknown; readonly responseCode?: unknown };
  return [code, responseCode].filter((each) => each !== undefined).join(' ');
}
