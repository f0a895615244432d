import type { Transporter } from 'nodemailer';
import type { Mail } from '../domain/deliveries/mail.ts';

const defaultSilenceMs = 15_000;

/** Sends mails. */
export interface Mailer {
  /** @throws if the mail server cannot be reached, or does not accept the mail. */
  send(mail: Mail): Promise<void>;
  close(): void;
}

/**
 * Sends mails by SMTP.
 * @param url of the mail server: `smtp://user:password@host:port`, or `smtps:`. Without one, no mail can be sent.
 * @param silenceMs how long the server may say nothing before it is given up until the next attempt.
 */
export function createMailer(url: string | undefined, silenceMs = defaultSilenceMs): Mailer {
  if (url === undefined) {
    return {
      send: () => Promise.reject(new Error('no mail can be sent, since MAIL_URL is not set')),
      close: () => undefined,
    };
  }
  let opening: Promise<Transporter> | undefined;
  return {
    async send({ from, to, replyTo, subject, text, html }) {
      opening ??= openTransport(url, silenceMs);
      const transport = await opening;
      try {
        await transport.sendMail({
          from,
          to,
          subject,
          text,
          ...(html && { html }),
          ...(replyTo && { replyTo }),
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
