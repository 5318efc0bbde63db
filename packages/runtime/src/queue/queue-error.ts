export type QueueErrorCode =
  | "invalid_payload"
  | "invalid_job_id"
  | "unknown_job"
  | "queue_unavailable"
  | "queue_closed";

export class QueueError extends Error {
  override readonly name = "QueueError";
  readonly code: QueueErrorCode;

  constructor(code: QueueErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}
