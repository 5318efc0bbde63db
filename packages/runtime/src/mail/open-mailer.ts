/** Mail by SMTP, for what people are told outside of their browser. */
import type { Transporter } from "nodemailer";
import { bounded } from "../clock/bounded.ts";

export interface Mail {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  /** The same for a mail that is sent again, so that its reader sees one. */
  readonly messageId?: string;
}

export interface Mailer {
  /** Resolves once a server took it. @throws {Error} where none did in time, or too many are under way */
  send(mail: Mail): Promise<void>;
}

export interface MailerOptions {
  readonly smtpUrl: string;
  readonly from: string;
  readonly timeoutMs?: number;
}

const TIMEOUT_MS = 10_000;
/** Whoever comes when so many are under way is refused at once: a slow server must not pile up requests. */
const MOST_AT_ONCE = 10;

export function openMailer({ smtpUrl, from, timeoutMs = TIMEOUT_MS }: MailerOptions): Mailer {
  let opening: Promise<Transporter> | undefined;
  let underWay = 0;
  return {
    async send(mail) {
      if (underWay >= MOST_AT_ONCE) throw new Error(`${MOST_AT_ONCE} mails are under way already.`);
      underWay += 1;
      opening ??= openTransport(smtpUrl, timeoutMs);
      const sent = opening
        .then((transport) => transport.sendMail({ ...mail, from }))
        .finally(() => {
          underWay -= 1;
        });
      await bounded(sent, timeoutMs, "The mail server");
    },
  };
}

/** Loaded with the first mail: most processes send none. */
async function openTransport(url: string, timeoutMs: number): Promise<Transporter> {
  const { createTransport } = await import("nodemailer");
  return createTransport({
    url,
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    dnsTimeout: timeoutMs,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
}
