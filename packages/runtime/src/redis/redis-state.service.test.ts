import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import { eventually, withRedis } from "@burgee/test-support";
import { expect, test } from "vitest";
import { createLogger } from "../log/create-logger.ts";
import { openPatientRedis } from "./open-redis.ts";
import { RedisState } from "./redis-state.ts";

const redis = await withRedis();

test.skipIf(redis.url === undefined)(
  "tells once that Redis is gone, however often it tries, and once that it is back",
  async () => {
    const door = createDoor(redis.url ?? "");
    const port = await door.open();
    await door.close();
    const lines: string[] = [];
    const log = createLogger({ level: "info", name: "test", sink: { write: (line) => lines.push(line) } });
    const state = new RedisState({ variable: "REDIS_URL", meanwhile: "nodes ask", log });
    const connections = ["one", "two"].map((connectionName) =>
      openPatientRedis({ url: `redis://127.0.0.1:${port}`, connectionName, state }),
    );
    let failures = 0;
    for (const connection of connections) connection.on("error", () => failures++);

    await eventually(() => failures >= 6, { timeoutMs: 15_000 });
    await door.open(port);
    await eventually(() => connections.every(({ status }) => status === "ready"), { timeoutMs: 15_000 });
    for (const connection of connections) connection.disconnect();
    await door.close();

    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      {
        level: "warn",
        msg: "The Redis of REDIS_URL can't be used; nodes ask.",
        err: { code: "ECONNREFUSED" },
      },
      { level: "info", msg: "The Redis of REDIS_URL is back.", recovered: true },
    ]);
  },
);

/** A way to Redis that can be shut. */
function createDoor(url: string) {
  const { hostname, port: redisPort } = new URL(url);
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    const there = connect(Number(redisPort), hostname);
    for (const end of [socket, there]) sockets.add(end.on("error", () => undefined));
    socket.pipe(there).pipe(socket);
  });
  return {
    async open(port = 0): Promise<number> {
      server.listen(port, "127.0.0.1");
      await once(server, "listening");
      const address = server.address();
      return typeof address === "object" && address !== null ? address.port : port;
    },
    async close(): Promise<void> {
      for (const socket of sockets) socket.destroy();
      sockets.clear();
      await new Promise((closed) => server.close(closed));
    },
  };
}
