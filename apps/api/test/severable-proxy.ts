/** A line to a server that a test can cut, and mend. */
import { connect, createServer, type Socket } from "node:net";

export interface SeverableProxy {
  /** The address, with the proxy in place of the server. */
  readonly through: (url: string) => string;
  /** Ends what is open, and refuses what is new. */
  cut(): void;
  close(): Promise<void>;
}

export async function severableProxy(target: string): Promise<SeverableProxy> {
  const { hostname, port } = new URL(target);
  const sockets = new Set<Socket>();
  let isCut = false;
  const server = createServer((near) => {
    if (isCut) {
      near.destroy();
      return;
    }
    const far = connect(Number(port), hostname);
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
  const nearPort = typeof address === "object" && address !== null ? address.port : 0;

  const cut = () => {
    isCut = true;
    for (const socket of sockets) socket.destroy();
  };
  return {
    through: (url) => {
      const proxied = new URL(url);
      proxied.port = String(nearPort);
      return proxied.href;
    },
    cut,
    close: () => {
      cut();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
