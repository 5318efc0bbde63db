/**
 * Carries hints between processes: "something happened, go and look". At most once, in no order that
 * may be relied on; the truth is in the database, by revision.
 */
export interface Bus {
  /**
   * Tells all subscribers of a channel, in every process. Fails within seconds when the server is away.
   *
   * @throws {BusError}
   */
  publish(channel: string, message: string): Promise<void>;
  /**
   * Resolves as soon as the wish is noted, server or no server.
   *
   * `onGap` is called each time the subscription goes live: at first, and after each reconnection.
   * Messages sent before may have been missed, so catch up there.
   *
   * @throws {BusError} for a channel that can't be, or a closed bus.
   */
  subscribe(channel: string, onMessage: (message: string) => void, onGap: () => void): Promise<Unsubscribe>;
  close(): Promise<void>;
}

export type Unsubscribe = () => Promise<void>;

export type BusErrorCode = "message_too_large" | "invalid_channel" | "bus_unavailable" | "bus_closed";

export class BusError extends Error {
  override readonly name = "BusError";
  readonly code: BusErrorCode;

  constructor(code: BusErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}

/** Postgres refuses a payload of 8000 bytes or more; every adapter keeps to it, so that they can be exchanged. */
export const MAX_MESSAGE_BYTES = 7_999;
const MAX_CHANNEL_BYTES = 63;

/** @throws {BusError} "invalid_channel": Postgres would cut a longer name, and two channels would be one. */
export function assertChannel(channel: string): void {
  if (channel !== "" && !channel.includes("\0") && Buffer.byteLength(channel) <= MAX_CHANNEL_BYTES) return;
  throw new BusError(
    "invalid_channel",
    `A channel has 1 to ${MAX_CHANNEL_BYTES} bytes; got ${JSON.stringify(channel)}.`,
  );
}

/** @throws {BusError} "message_too_large" */
export function assertMessage(message: string): void {
  const bytes = Buffer.byteLength(message);
  if (bytes <= MAX_MESSAGE_BYTES) return;
  throw new BusError(
    "message_too_large",
    `A message has at most ${MAX_MESSAGE_BYTES} bytes; this one has ${bytes}.`,
  );
}
