import type { DueMail, SystemDatabase } from "@burgee/db";
import { NOTICE_TYPES } from "./notice-types.ts";

export type SendMail = (mail: {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly messageId: string;
}) => Promise<void>;

export interface NoticeMailPorts {
  readonly system: Pick<SystemDatabase, "noticeMails">;
  readonly send: SendMail;
  readonly onUnsent: (error: unknown) => void;
}

export interface MailedNotices {
  readonly sent: number;
  readonly failed: number;
}

const MINUTE_MS = 60_000;
/** The wait after each failure; after the last of them it is left. */
const RETRIES_MS = [1, 5, 30, 120, 360].map((minutes) => minutes * MINUTE_MS);
/** Longer than a server may take for those that are taken at a time. */
const LEASE_MS = 5 * MINUTE_MS;
const AT_A_TIME = 10;
const LONGEST_VALUE = 200;

/**
 * Sends the mail of notices that is due, each to one person. Whoever dies between sending and noting it leaves it to be sent again, as the
 * same message. Returns how many were sent, and how many were not.
 */
export async function mailNotices({ system, send, onUnsent }: NoticeMailPorts): Promise<MailedNotices> {
  const { noticeMails } = system;
  const due = await noticeMails.claim({
    limit: AT_A_TIME,
    leaseMs: LEASE_MS,
    mostFailures: RETRIES_MS.length + 1,
  });
  const outcomes = await Promise.all(
    due.map(async (mail) => {
      try {
        await send(mailOf(mail));
      } catch (error) {
        onUnsent(error);
        await noticeMails.putOff(mail, RETRIES_MS[mail.failures] ?? LEASE_MS);
        return false;
      }
      await noticeMails.setSent(mail);
      return true;
    }),
  );
  const sent = outcomes.filter(Boolean).length;
  return { sent, failed: outcomes.length - sent };
}

function mailOf({ tenantName, noticeId, userId, email, type, happenedAt, data }: DueMail) {
  const { about } = NOTICE_TYPES[type];
  const { project, environment, ...said } = data;
  const lines = Object.entries({ project, environment, ...said }).flatMap(([name, value]) =>
    lineOf(name, value),
  );
  return {
    to: email,
    subject: `${tenantName}: ${about.replace(/[.]$/, "")}`,
    text: `${about}\n\n${lines.join("\n")}\nat: ${happenedAt.toISOString()}\n\nYou get this since it concerns something that you began in ${tenantName}.\n`,
    messageId: `<${noticeId}.${userId}@burgee>`,
  };
}

/** What is short enough to be read in a mail, and names nobody. */
function lineOf(name: string, value: unknown): readonly string[] {
  if (name === "actor" || !["string", "number", "boolean"].includes(typeof value)) return [];
  return [`${name}: ${String(value).replace(/\s+/g, " ").slice(0, LONGEST_VALUE)}`];
}
