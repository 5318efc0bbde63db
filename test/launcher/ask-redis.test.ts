import { createServer } from "node:net";
import { expect, test } from "vitest";
import { troubleWithRedis } from "../../launcher/ask-redis.mjs";
import { freePort } from "../../launcher/free-port.mjs";

test("says why a Redis can't be reached", async () => {
  const port = await freePort();

  expect(await troubleWithRedis(`redis://127.0.0.1:${port}`)).toBe(`connect ECONNREFUSED 127.0.0.1:${port}`);
});

test.each([
  ["+OK\r\n+PONG\r\n", undefined],
  ["-WRONGPASS invalid username-password pair\r\n", "WRONGPASS invalid username-password pair"],
])("signs in with the password of the address, and hears %j", async (answer, trouble) => {
  let heard = "";
  const port = await freePort();
  const server = createServer((socket) => {
    socket.on("data", (data) => {
      heard += data;
      socket.write(answer);
    });
  });
  await new Promise<void>((listening) => server.listen(port, "127.0.0.1", listening));

  const said = await troubleWithRedis(`redis://ada:p%23%C3%A9@127.0.0.1:${port}`);
  server.close();

  expect(said).toBe(trouble);
  expect(heard).toContain("*3\r\n$4\r\nAUTH\r\n$3\r\nada\r\n$4\r\np#é\r\n");
});
