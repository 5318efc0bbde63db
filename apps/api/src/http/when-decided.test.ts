import { createServer as createHttp1Server, type ServerResponse } from "node:http";
import { connect, createServer } from "node:http2";
import { type AddressInfo, connect as connectBare, type Server } from "node:net";
import { eventually } from "@burgee/test-support";
import { afterEach, expect, test } from "vitest";
import { overEither } from "./over-http2.ts";
import { whenDecided } from "./when-decided.ts";

const open: { close(): unknown }[] = [];
afterEach(() => {
  for (const each of open.splice(0).reverse()) each.close();
});

test("an answer of HTTP/2 is decided though its reader takes nothing of it", async () => {
  const decided: string[] = [];
  const port = await listen(createServer(overEither(answerWith(decided), 60_000)));
  const session = connect(`http://127.0.0.1:${port}`, { settings: { initialWindowSize: 0 } });
  open.push({ close: () => session.destroy() });

  session.request({ ":path": "/a" });

  await eventually(() => expect(decided).toEqual(["/a"]));
});

test("an answer of HTTP/1 is decided before the one that goes ahead of it on its line", async () => {
  const decided: string[] = [];
  const port = await listen(createHttp1Server(answerWith(decided)));
  const line = connectBare(port, "127.0.0.1");
  open.push({ close: () => line.destroy() });

  line.write("GET /never HTTP/1.1\r\nhost: a\r\n\r\nGET /a HTTP/1.1\r\nhost: a\r\n\r\n");

  await eventually(() => expect(decided).toEqual(["/a"]));
});

test("an answer whose line is gone is not waited for", async () => {
  const decided: string[] = [];
  const asked: ServerResponse[] = [];
  const port = await listen(createHttp1Server(answerWith(decided, asked)));
  const line = connectBare(port, "127.0.0.1");
  line.write("GET /never HTTP/1.1\r\nhost: a\r\n\r\n");
  await eventually(() => expect(asked).toHaveLength(1));

  line.destroy();

  await eventually(() => expect(decided).toEqual(["/never"]));
});

/** Answers everything but `/never`, and notes the paths of answers as they are decided. */
function answerWith(decided: string[], asked: ServerResponse[] = []) {
  return ({ url = "" }: { readonly url?: string | undefined }, response: ServerResponse) => {
    void whenDecided(response).then(() => decided.push(url));
    asked.push(response);
    if (url !== "/never") response.end("answer");
  };
}

async function listen(server: Server): Promise<number> {
  open.push(server);
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const address: AddressInfo | string | null = server.address();
  return typeof address === "object" && address ? address.port : 0;
}
