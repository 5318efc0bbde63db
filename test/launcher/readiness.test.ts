import { createServer } from "node:http";
import { afterEach, beforeEach, expect, test } from "vitest";
import { freePort } from "../../launcher/free-port.mjs";
import { untilReady } from "../../launcher/readiness.mjs";

const { signal } = new AbortController();
const server = createServer((_, response) => answer((status) => response.writeHead(status).end()));
let answer: (respond: (status: number) => void) => void;
let url: string;

beforeEach(async () => {
  const port = await freePort();
  await new Promise<void>((listening) => server.listen(port, "127.0.0.1", listening));
  url = `http://127.0.0.1:${port}/readyz`;
});

afterEach(() => new Promise((closed) => server.close(closed)));

test("waits until a process is ready", async () => {
  const answers = [503, 503, 200];
  answer = (respond) => respond(answers.shift() ?? 500);

  await untilReady(url, { signal, ended: [] });

  expect(answers).toEqual([]);
});

test("says why a process ended during its start, and asks it no more", async () => {
  const { promise: asked, resolve: hear } = Promise.withResolvers<void>();
  answer = () => hear();
  const ended = asked.then(() => "The worker ended unasked.");
  const dropped = new Promise((resolve) =>
    server.once("connection", (socket) => socket.once("close", resolve)),
  );

  await expect(untilReady(url, { signal, ended: [ended] })).rejects.toThrow("The worker ended unasked.");

  await dropped;
});
