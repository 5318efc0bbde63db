/** What a stream is written to. */
import type { ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { Piece } from "./event-pieces.ts";

export interface Line {
  /** Answers false when the line is full: what was given is kept, and `drain` tells when to go on. */
  write(piece: Piece): boolean;
  end(lastWords: string): void;
  /** Ends at once, whatever was not yet sent. */
  destroy(): void;
}

/**
 * Begins the answer, and takes its line over.
 * @param onDrain the line takes more again
 */
export function openLine(response: ServerResponse, { headers, greeting, onDrain }: LineStart): Line {
  // No other request may follow on a line without a time-out of silence; HTTP/2 has its own word for that.
  const isShared = response.req.httpVersionMajor >= 2;
  response.writeHead(200, isShared ? headers : { ...headers, connection: "close" }).write(greeting);
  const { socket } = response;
  // A request that was sent before the answer to another one waits for its turn, without a socket.
  if (isShared || !socket || !response.chunkedEncoding) {
    response.on("drain", onDrain);
    return new AnswerLine(response);
  }
  // An ordinary request may not be silent for as long as a stream is.
  socket.setTimeout(0);
  socket.on("drain", onDrain);
  return new SocketLine(response, socket);
}

export interface LineStart {
  readonly headers: Readonly<Record<string, string>>;
  readonly greeting: string;
  readonly onDrain: () => void;
}

/** Chunks go out as they are: framing each again for each of thousands costs half as much as sending it. */
class SocketLine implements Line {
  readonly #response: ServerResponse;
  readonly #socket: Socket;

  constructor(response: ServerResponse, socket: Socket) {
    this.#response = response;
    this.#socket = socket;
  }

  write({ framed }: Piece): boolean {
    return this.#socket.write(framed);
  }

  end(lastWords: string): void {
    this.#response.end(lastWords);
  }

  destroy(): void {
    this.#response.destroy();
  }
}

/** Of HTTP/2, which frames by stream, and HTTP/1.0, which does not frame at all. */
class AnswerLine implements Line {
  readonly #response: ServerResponse;

  constructor(response: ServerResponse) {
    this.#response = response;
  }

  write({ plain }: Piece): boolean {
    return this.#response.write(plain);
  }

  end(lastWords: string): void {
    this.#response.end(lastWords);
  }

  destroy(): void {
    this.#response.destroy();
  }
}
