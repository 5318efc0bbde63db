import type { IncomingMessage, ServerResponse } from "node:http";
import helmet from "helmet";

/** What every answer says to browsers, names and values in turns: we answer data, and nothing of it is to be shown, framed or run. */
export const SECURITY_HEADERS: readonly string[] = headersOf(
  helmet({ contentSecurityPolicy: { directives: { defaultSrc: ["'none'"] }, useDefaults: false } }),
);

type Middleware = (request: IncomingMessage, response: ServerResponse, next: () => void) => void;

/** They are the same for every request, so helmet is asked once. */
function headersOf(middleware: Middleware): readonly string[] {
  const headers: string[] = [];
  const response = {
    setHeader: (name: string, value: string) => headers.push(name.toLowerCase(), value),
    removeHeader: () => undefined,
  };
  // It looks at neither but for these two.
  middleware({} as IncomingMessage, response as unknown as ServerResponse, () => undefined);
  return headers;
}
