import { type Logger as PinoLogger, pino, stdTimeFunctions } from "pino";
import type { LogLevel } from "../configuration/parts.ts";
import { redactFields, redactText } from "./redact.ts";
import { type LogSink, standardOutput } from "./standard-output.ts";

export type Logger = PinoLogger;

export interface LoggerOptions {
  readonly level: LogLevel;
  /** The process, e.g. `api`. */
  readonly name: string;
  /** Standard output unless told otherwise. */
  readonly sink?: LogSink;
}

/**
 * A logger that writes one line of JSON an entry and never writes a secret.
 *
 * Twice guarded: fields with a secret's name lose their value, at any depth and inside errors; then the
 * finished line, which also holds messages and what child loggers are bound to, loses whatever has a
 * secret's form (our keys, credentials in addresses, bearer tokens).
 */
export function createLogger({ level, name, sink = standardOutput() }: LoggerOptions): Logger {
  return pino(
    {
      level,
      name,
      timestamp: stdTimeFunctions.isoTime,
      formatters: {
        level: (label) => ({ level: label }),
        log: redactFields,
      },
      // Errors are plain objects by now; pino's own serializer would take them for something else.
      serializers: { err: (error: unknown) => error },
    },
    { write: (line: string) => sink.write(redactText(line)) },
  );
}
