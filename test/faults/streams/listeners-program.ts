/** Holds streams over bare sockets, as little as hears of a change: when each of them had which revision. */
import { connect, type Socket } from "node:net";
import { machineMs } from "./fork-program.ts";
import type { ListenersAsked, ListenersTold } from "./listeners.ts";

const ADDRESSES = 20;
const NEWS = Buffer.from("\nevent: ");
const ID = /id: [0-9a-f-]+\.(\d+)\n/g;

interface Listener {
  socket: Socket;
  isOpen: boolean;
  takesNothing: boolean;
  revision: number;
}

const listeners: Listener[] = [];
/** By revision, when each of the lively first had it or a later one. */
let arrivals: { readonly revision: number; readonly at: number[] } | undefined;
let closed = 0;

process.on("message", (asked: ListenersAsked) => {
  if (asked.type === "open") void open(asked);
  else if (asked.type === "expect") arrivals = { revision: asked.revision, at: [] };
  else if (asked.type === "arrived") answerArrivals();
  else if (asked.type === "resume") resume();
  else tell({ type: "state", ...stateNow() });
});
process.on("disconnect", () => process.exit());

async function open({ port, key, count, slow, perSecond }: Extract<ListenersAsked, { type: "open" }>) {
  const startedMs = machineMs();
  for (let at = 0; at < count; at++) {
    while (((machineMs() - startedMs) * perSecond) / 1_000 < at) await new Promise((go) => setTimeout(go, 5));
    const listener = { isOpen: false, takesNothing: at < slow, revision: 0 };
    listeners.push(Object.assign(listener, { socket: dial(listener, { port, key, at }) }));
  }
}

function dial(
  listener: Omit<Listener, "socket">,
  { port, key, at }: { readonly port: number; readonly key: string; readonly at: number },
): Socket {
  const address = `127.0.0.${2 + (at % ADDRESSES)}`;
  const socket = connect({ host: "127.0.0.1", port, localAddress: address, noDelay: true });
  socket.write(`GET /v1/stream HTTP/1.1\r\nhost: burgee.test\r\nauthorization: Bearer ${key}\r\n\r\n`);
  let tail = "";
  socket.on("data", (chunk) => {
    if (!listener.isOpen) {
      if (!chunk.includes("HTTP/1.1 200")) throw new Error(chunk.toString());
      listener.isOpen = true;
    }
    if (listener.takesNothing) {
      // A byte in a second is as good as none: what arrived is taken, and nothing more.
      socket.pause();
      return;
    }
    if (!chunk.includes(NEWS) && tail === "") return;
    const now = machineMs();
    const text = tail + chunk.toString("latin1");
    for (const [, revision] of text.matchAll(ID)) heard(listener, Number(revision), now);
    tail = /\nid: [^\n]*$/.exec(text)?.[0] ?? "";
  });
  socket.on("error", () => undefined);
  socket.on("close", () => {
    listener.isOpen = false;
    closed += 1;
  });
  return socket;
}

/** Who takes nothing does not learn that the line was cut. */
function resume(): void {
  for (const listener of listeners) {
    listener.takesNothing = false;
    listener.socket.resume();
  }
}

function heard(listener: Omit<Listener, "socket">, revision: number, now: number): void {
  const before = listener.revision;
  listener.revision = Math.max(before, revision);
  if (arrivals && before < arrivals.revision && revision >= arrivals.revision) arrivals.at.push(now);
}

function answerArrivals(): void {
  tell({ type: "arrivals", at: arrivals?.at ?? [] });
}

function stateNow() {
  const open = listeners.filter(({ isOpen }) => isOpen);
  return {
    open: open.length,
    lowest: Math.min(...open.filter(({ takesNothing }) => !takesNothing).map(({ revision }) => revision)),
    closed,
  };
}

function tell(told: ListenersTold): void {
  process.send?.(told);
}
