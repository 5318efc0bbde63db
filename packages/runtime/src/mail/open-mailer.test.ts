import { createServer, type Server, type Socket } from "node:net";
import { afterEach, expect, test } from "vitest";
import { openMailer } from "./open-mailer.ts";

const servers: Server[] = [];
const sockets = new Set<Socket>();
const mail = { to: "ada@example.com", subject: "Grüße", text: "Come in." };

afterEach(() => {
  for (const socket of sockets) socket.destroy();
  for (const server of servers.splice(0)) server.close();
});

test("hands a mail to the server", async () => {
  const heard: string[] = [];
  const port = await listen((socket) => speak(socket, heard));

  await open(port).send(mail);

  expect(heard).toEqual(
    expect.arrayContaining(["MAIL FROM:<burgee@example.com>", "RCPT TO:<ada@example.com>"]),
  );
  expect(heard.join("\n")).toContain("Come in.");
});

test("gives up on a server that says nothing", async () => {
  const port = await listen(() => undefined);

  await expect(open(port, 100).send(mail)).rejects.toThrow();
});

test("says so where there is no server", async () => {
  const port = await listen(() => undefined);
  servers.splice(0).forEach((server) => void server.close());

  await expect(open(port).send(mail)).rejects.toThrow("ECONNREFUSED");
});

test("refuses the eleventh at once, and takes more when those before are done", async () => {
  const silent: Socket[] = [];
  const heard: string[] = [];
  let isSilent = true;
  const port = await listen((socket) => {
    if (isSilent) silent.push(socket);
    else speak(socket, heard);
  });
  const mailer = open(port, 5_000);
  const waiting = Promise.allSettled(Array.from({ length: 10 }, () => mailer.send(mail)));

  await expect(mailer.send(mail)).rejects.toThrow("10 mails are under way already.");

  await expect.poll(() => silent.length).toBe(10);
  isSilent = false;
  for (const socket of silent) socket.destroy();
  await waiting;
  await mailer.send(mail);
  expect(heard).toContain("DATA");
});

function open(port: number, timeoutMs = 2_000) {
  return openMailer({ smtpUrl: `smtp://127.0.0.1:${port}`, from: "Burgee <burgee@example.com>", timeoutMs });
}

function listen(onConnection: (socket: Socket) => void): Promise<number> {
  const server = createServer((socket) => {
    sockets.add(socket.on("error", () => undefined));
    onConnection(socket);
  });
  servers.push(server);
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      resolve(typeof address === "object" && address !== null ? address.port : 0);
    });
  });
}

/** As much of SMTP as takes a mail. */
function speak(socket: Socket, heard: string[]): void {
  let isBody = false;
  socket.write("220 test\r\n");
  socket.on("data", (bytes) => {
    for (const line of bytes.toString().split("\r\n").slice(0, -1)) {
      heard.push(line);
      if (isBody && line !== ".") continue;
      isBody = line === "DATA";
      socket.write(isBody ? "354 go on\r\n" : line === "QUIT" ? "221 bye\r\n" : "250 ok\r\n");
    }
  });
}
