import type { ServerResponse } from "node:http";

/**
 * Settles once an answer's head is written, or its line is gone. Who takes it slowly, or asked for something before it on the same line, is
 * not waited for.
 */
export function whenDecided(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const writeHead = response.writeHead.bind(response);
    Object.assign(response, {
      writeHead: (...head: Parameters<ServerResponse["writeHead"]>) => {
        resolve();
        return writeHead(...head);
      },
    });
    response.once("finish", resolve).once("close", resolve);
  });
}
