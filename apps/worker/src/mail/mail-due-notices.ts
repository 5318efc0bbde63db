import { mailNotices } from "@burgee/core";
import type { SystemDatabase } from "@burgee/db";
import { type Logger, type Mailer, type Metrics, onceWhileItLasts } from "@burgee/runtime";

export interface NoticeMailDeps {
  readonly system: SystemDatabase;
  readonly mailer: Mailer;
  readonly metrics: Metrics;
  readonly log: Logger;
}

/** Makes what mails the notices that are due, a few at a time, until none is. */
export function noticeMailing({ system, mailer, metrics, log }: NoticeMailDeps): () => Promise<void> {
  const mails = metrics.counter({
    name: "burgee_notice_mails_total",
    help: "Mails of notices, by whether the mail server took them.",
    labels: ["outcome"],
  });
  const onUnsent = onceWhileItLasts((err) =>
    log.warn({ err }, "The mail server took no mail of a notice; it is sent again later."),
  );
  return async () => {
    for (;;) {
      const { sent, failed } = await mailNotices({ system, send: (mail) => mailer.send(mail), onUnsent });
      mails.inc({ outcome: "sent" }, sent);
      mails.inc({ outcome: "failed" }, failed);
      if (sent === 0) return;
    }
  };
}
