/** A proxy between SDKs and a node, which does to their lines what proxies do. */
import { connect, createServer, type Socket } from "node:net";

interface OddProxyOptions {
  /** A line over which nothing went for so long is cut. */
  readonly idleMs?: number | undefined;
  /** What of a node's bytes is passed on. */
  readonly passes?: ((bytes: Buffer) => boolean) | undefined;
}

export class OddProxy {
  readonly #targetPort: number;
  readonly #options: OddProxyOptions;
  readonly #server = createServer((client) => this.#carry(client));
  readonly #lines = new Set<Socket>();
  /** Lines that are open, but over which nothing goes any more. */
  readonly #holes = new WeakSet<Socket>();
  /** Lines that were asked for, and that were cut because they were idle. */
  opened = 0;
  cut = 0;

  constructor(targetPort: number, options: OddProxyOptions = {}) {
    this.#targetPort = targetPort;
    this.#options = options;
  }

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    const address = this.#server.address();
    return `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}`;
  }

  /** All lines of now become silent, in both directions, and nobody is told. New ones work. */
  swallow(): void {
    for (const line of this.#lines) {
      this.#holes.add(line);
      line.pause();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const line of this.#lines) line.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #carry(client: Socket): void {
    this.opened += 1;
    const node = connect(this.#targetPort, "127.0.0.1");
    this.#join(client, node);
    this.#join(node, client, this.#options.passes);
    const { idleMs } = this.#options;
    if (idleMs === undefined) return;
    const idle = setTimeout(() => {
      this.cut += 1;
      client.destroy();
      node.destroy();
    }, idleMs);
    client.on("data", () => idle.refresh());
    node.on("data", (bytes) => {
      if (this.#options.passes?.(bytes) !== false) idle.refresh();
    });
    client.once("close", () => clearTimeout(idle));
  }

  #join(from: Socket, to: Socket, passes: OddProxyOptions["passes"] = () => true): void {
    this.#lines.add(from);
    from.on("error", () => undefined);
    from.on("data", (bytes) => {
      if (!this.#holes.has(from) && passes(bytes)) to.write(bytes);
    });
    from.once("close", () => {
      this.#lines.delete(from);
      if (!this.#holes.has(from)) to.destroy();
    });
  }
}
