/**
 * PostgreSQL classes 08 (connection), 53 (resources), 57 (operator intervention, time-outs), a lock that was not had, and a transaction
 * that others were in the way of each time.
 */
const OUTAGE_STATES = /^(08...|53...|57...|55P03|40001|40P01)$/;
const NETWORK_CODES = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "ETIMEDOUT",
  "EPIPE",
  "ENOTFOUND",
  "EHOSTUNREACH",
]);
/** What node-postgres says without a code. */
const MESSAGES = [
  /^timeout exceeded when trying to connect/,
  /^Connection terminated/,
  /^Query read timeout/,
];

/** Whether an error says that the database can't answer now, rather than that we asked something wrong. */
export function isOutage(error: unknown): boolean {
  if (error instanceof AggregateError) return error.errors.some(isOutage);
  if (!(error instanceof Error)) return false;
  if ("code" in error && typeof error.code === "string") {
    return OUTAGE_STATES.test(error.code) || NETWORK_CODES.has(error.code);
  }
  return MESSAGES.some((message) => message.test(error.message));
}
