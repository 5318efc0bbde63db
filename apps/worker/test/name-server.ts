/** A name server of the test's own, over UDP, which answers each question for an IPv4 address as it is told; and the look-up that asks it. */
import { createSocket } from "node:dgram";
import { Resolver } from "node:dns";
import type { LookupFunction } from "node:net";

export interface NameServer {
  /** What was asked for, in that order. */
  readonly asked: readonly string[];
  readonly lookup: LookupFunction;
  close(): void;
}

const HEADER_BYTES = 12;
/** An answer to a question that was asked with recursion; one question, one answer. */
const ANSWERED = Buffer.from([0x81, 0x80, 0, 1, 0, 1, 0, 0, 0, 0]);
/** Of the name in the question: an address (A) in the Internet (IN), good for no time at all, of four bytes. */
const ADDRESS = Buffer.from([0xc0, HEADER_BYTES, 0, 1, 0, 1, 0, 0, 0, 0, 0, 4]);
const TYPE_AND_CLASS_BYTES = 4;

/** @param addressOf what question number `asked`, from 1, is answered */
export async function openNameServer(addressOf: (asked: number) => string): Promise<NameServer> {
  const asked: string[] = [];
  const socket = createSocket("udp4");
  socket.on("message", (question, { address, port }) => {
    const { name, end } = nameIn(question);
    asked.push(name);
    const bytes = addressOf(asked.length).split(".").map(Number);
    const asIs = question.subarray(HEADER_BYTES, end + TYPE_AND_CLASS_BYTES);
    const answer = [question.subarray(0, 2), ANSWERED, asIs, ADDRESS, Buffer.from(bytes)];
    socket.send(Buffer.concat(answer), port, address);
  });
  await new Promise<void>((resolve) => socket.bind(0, "127.0.0.1", resolve));
  const resolver = new Resolver({ tries: 1 });
  resolver.setServers([`127.0.0.1:${socket.address().port}`]);
  return {
    asked,
    lookup: (name, _, callback) => {
      resolver.resolve4(name, (error, addresses = []) => {
        callback(
          error,
          addresses.map((address) => ({ address, family: 4 })),
        );
      });
    },
    close: () => socket.close(),
  };
}

/** Labels, each after its length, up to one of none. */
function nameIn(question: Buffer): { readonly name: string; readonly end: number } {
  const labels: string[] = [];
  let at = HEADER_BYTES;
  for (let length = question[at] ?? 0; length > 0; length = question[at] ?? 0) {
    labels.push(question.toString("latin1", at + 1, at + 1 + length));
    at += 1 + length;
  }
  return { name: labels.join("."), end: at + 1 };
}
