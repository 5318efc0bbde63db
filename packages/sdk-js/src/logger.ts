/**
 * Where the SDK writes what it does. Keys are never written.
 *
 * @example
 * const client = createServerClient({ logger: pino() }); // any object with these four
 */
export interface Logger {
  debug(message: string): void;
  info(message: string): void;
  warn(message: string): void;
  error(message: string): void;
}

const silent = (): void => {};

export const silentLogger: Logger = { debug: silent, info: silent, warn: silent, error: silent };

/** Without a logger of your own: only what a person should look at, on the console. */
export const consoleLogger: Logger = {
  debug: silent,
  info: silent,
  // biome-ignore lint/suspicious/noConsole: the one place, for programs that bring no logger
  warn: (message) => console.warn(`burgee: ${message}`),
  // biome-ignore lint/suspicious/noConsole: the one place, for programs that bring no logger
  error: (message) => console.error(`burgee: ${message}`),
};

/** A logger that throws must not stop the delivery. */
export function guarded(logger: Logger): Logger {
  const write = (level: keyof Logger, message: string): void => {
    try {
      logger[level](message);
    } catch {
      // nowhere is left to say so
    }
  };
  return {
    debug: (message) => write("debug", message),
    info: (message) => write("info", message),
    warn: (message) => write("warn", message),
    error: (message) => write("error", message),
  };
}
