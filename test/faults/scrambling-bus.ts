/** A line to a Redis on which messages to subscribers are lost, doubled, late and out of order; all else passes as it is. */
import { connect, createServer, type Socket } from "node:net";
import type { Random } from "./random.ts";

export type Scrambling = "none" | "lost" | "doubled" | "shuffled";

export interface ScramblingBus {
  /** The address of the Redis, with this line before it. */
  readonly url: string;
  /** From now on. */
  scramble(how: Scrambling): void;
  /** How many messages did not come through. */
  readonly lost: () => number;
  close(): Promise<void>;
}

const LATEST_MS = 400;
/** Of what came before, for messages that come once more. */
const REMEMBERED = 50;

export async function openScramblingBus(target: string, random: Random): Promise<ScramblingBus> {
  const { hostname, port } = new URL(target);
  const sockets = new Set<Socket>();
  let how: Scrambling = "none";
  let lost = 0;
  const remembered: Buffer[] = [];

  /** Writes a message when and as often as it comes through. */
  function bring(near: Socket, message: Buffer): void {
    remembered.push(message);
    if (remembered.length > REMEMBERED) remembered.shift();
    if (how === "lost") {
      lost += 1;
      return;
    }
    if (how === "none") {
      near.write(message);
      return;
    }
    near.write(how === "doubled" ? Buffer.concat([message, message]) : "");
    if (how !== "shuffled") return;
    const times = random.below(3);
    for (let time = 0; time < times; time++) later(near, message);
    later(near, random.pick(remembered));
  }

  function later(near: Socket, message: Buffer): void {
    setTimeout(() => near.writable && near.write(message), random.below(LATEST_MS)).unref();
  }

  const server = createServer((near) => {
    const far = connect(Number(port), hostname);
    let rest = Buffer.alloc(0);
    near.pipe(far);
    far.on("data", (chunk) => {
      rest = Buffer.concat([rest, chunk]);
      for (let length = frameLength(rest, 0); length !== undefined; length = frameLength(rest, 0)) {
        const frame = rest.subarray(0, length);
        rest = rest.subarray(length);
        if (isMessage(frame)) bring(near, frame);
        else near.write(frame);
      }
    });
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on("error", () => undefined);
      socket.on("close", () => {
        sockets.delete(socket);
        near.destroy();
        far.destroy();
      });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const url = new URL(target);
  url.port = String(typeof address === "object" && address !== null ? address.port : 0);

  return {
    url: url.href,
    scramble: (next) => {
      how = next;
    },
    lost: () => lost,
    close: () => {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

function isMessage(frame: Buffer): boolean {
  return /^[*>]3\r\n\$\d\r\ns?message\r\n/.test(frame.subarray(0, 24).toString("latin1"));
}

/**
 * How many bytes the reply at `start` takes; undefined while it is not whole.
 *
 * - Source: the Redis serialization protocol, RESP2 and RESP3: https://redis.io/docs/latest/develop/reference/protocol-spec/
 */
function frameLength(bytes: Buffer, start: number): number | undefined {
  const lineEnd = bytes.indexOf("\r\n", start);
  if (lineEnd < 0) return undefined;
  const type = String.fromCharCode(bytes[start] ?? 0);
  const stated = Number(bytes.toString("latin1", start + 1, lineEnd));
  const head = lineEnd + 2 - start;
  if ("$=!".includes(type)) {
    const whole = stated < 0 ? head : head + stated + 2;
    return start + whole <= bytes.length ? whole : undefined;
  }
  if (!"*>~%".includes(type)) return head;
  const parts = Math.max(0, type === "%" ? 2 * stated : stated);
  let length = head;
  for (let part = 0; part < parts; part++) {
    const partLength = frameLength(bytes, start + length);
    if (partLength === undefined) return undefined;
    length += partLength;
  }
  return length;
}
