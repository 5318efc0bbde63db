/** A line to a server that can be cut, and led to another one, as an address of a database is that moves with its primary. */
import { connect, createServer, type Socket } from "node:net";

export interface LineToServer {
  /** The address, with this line in place of the server; the first that is given is where it leads. */
  readonly through: (url: string) => string;
  /** Ends what is open, and leads what comes from now on to another server. */
  switchTo(url: string): void;
  /** Ends what is open, and what comes from now on. */
  cut(): void;
  close(): Promise<void>;
}

export async function openLine(): Promise<LineToServer> {
  const sockets = new Set<Socket>();
  let isNew = true;
  let target: URL | undefined;
  const server = createServer((near) => {
    if (target === undefined) {
      near.destroy();
      return;
    }
    const far = connect(Number(target.port), target.hostname);
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on("error", () => undefined);
      socket.on("close", () => {
        sockets.delete(socket);
        near.destroy();
        far.destroy();
      });
    }
    near.pipe(far).pipe(near);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;

  const leadTo = (url: string | undefined) => {
    isNew = false;
    target = url === undefined ? undefined : new URL(url);
    for (const socket of sockets) socket.destroy();
  };
  return {
    through: (url) => {
      if (isNew) leadTo(url);
      const near = new URL(url);
      near.port = String(port);
      return near.href;
    },
    switchTo: leadTo,
    cut: () => leadTo(undefined),
    close: () => {
      leadTo(undefined);
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
