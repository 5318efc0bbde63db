import { createServer } from "node:net";

/** A TCP port on 127.0.0.1 that nothing listens on at this moment. */
export async function freePort() {
  const server = createServer();
  const port = await listen(server, 0, "127.0.0.1");
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Why this process could not listen on `port` of `host`: the system's code for it, such as "EADDRINUSE". */
export async function refusalToListen(/** @type {number} */ port, /** @type {string} */ host) {
  const server = createServer();
  try {
    await listen(server, port, host);
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code;
  }
  await new Promise((resolve) => server.close(resolve));
  return undefined;
}

/**
 * @param {import("node:net").Server} server
 * @param {number} port
 * @param {string} host
 * @returns {Promise<number>}
 */
function listen(server, port, host) {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen({ port, host, exclusive: true }, () => {
      const address = server.address();
      resolve(typeof address === "object" && address !== null ? address.port : port);
    });
  });
}
