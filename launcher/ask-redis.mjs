import { createConnection } from "node:net";
import { connect as connectTls } from "node:tls";

const PATIENCE_MS = 2_000;

/**
 * Asks a Redis for a sign of life, as whoever its address says.
 *
 * @param {string} address redis:// or rediss://
 * @returns {Promise<string | undefined>} why it can't be used, or nothing where it answered
 */
export function troubleWithRedis(address) {
  const { protocol, hostname, port, username, password } = new URL(address);
  const at = { host: hostname.replace(/^\[|\]$/g, "") || "127.0.0.1", port: Number(port) || 6379 };
  const socket = protocol === "rediss:" ? connectTls({ ...at, servername: at.host }) : createConnection(at);
  const login = [decodeURIComponent(username), decodeURIComponent(password)].filter((part) => part !== "");

  return new Promise((resolve) => {
    let answers = "";
    const end = (/** @type {string | undefined} */ trouble) => {
      resolve(trouble);
      socket.destroy();
    };
    socket.setTimeout(PATIENCE_MS, () => end(`no answer within ${PATIENCE_MS / 1_000} s`));
    socket.once("error", (error) => end(troubleOf(error)));
    socket.once("close", () => end("it closed the connection"));
    socket.on("data", (data) => {
      answers += data;
      const refusal = /^-(.*)\r\n/m.exec(answers);
      if (refusal) end(refusal[1]);
      else if (answers.includes("+PONG")) end(undefined);
    });
    socket.write((login.length > 0 ? command("AUTH", ...login) : "") + command("PING"));
  });
}

/** A command in Redis's protocol, where any byte may stand in an argument. */
function command(/** @type {string[]} */ ...words) {
  return `*${words.length}\r\n${words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`).join("")}`;
}

/** Where a name has several addresses, Node tells of each failure apart, and of the whole nothing. */
function troubleOf(/** @type {Error} */ error) {
  return error instanceof AggregateError
    ? error.errors.map(({ message }) => message).join(", ")
    : error.message;
}
