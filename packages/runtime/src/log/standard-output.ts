import { writeSync } from "node:fs";

/** Where finished lines go; each ends with a line feed. */
export interface LogSink {
  write(line: string): void;
}

/** What waits to be written while it can't be; lines beyond it are lost. */
const MOST_BYTES = 1024 * 1024;
const AGAIN_MS = 100;

/**
 * Standard output (or another open file) as a sink that fails nobody and keeps nobody waiting. What can't be written, as on a disk that is full or
 * to a reader that is slow, is tried again now and then, in order; a disk that stays full costs lines of the log, and ends no process.
 */
export function standardOutput(fd = 1): LogSink {
  const waiting: Uint8Array[] = [];
  let waitingBytes = 0;
  let timer: NodeJS.Timeout | undefined;

  function writeOut(): void {
    timer = undefined;
    try {
      for (let [first] = waiting; first !== undefined; [first] = waiting) {
        const written = writeSync(fd, first);
        waitingBytes -= written;
        if (written === first.length) waiting.shift();
        else waiting[0] = first.subarray(written);
      }
    } catch {
      timer = setTimeout(writeOut, AGAIN_MS).unref();
    }
  }

  return {
    write: (line) => {
      const bytes = Buffer.from(line);
      if (waitingBytes + bytes.length > MOST_BYTES) return;
      waiting.push(bytes);
      waitingBytes += bytes.length;
      if (timer === undefined) writeOut();
    },
  };
}
