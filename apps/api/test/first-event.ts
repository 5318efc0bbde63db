/** How long a stream is listened to for its first event. */
const STREAM_MS = 2_000;
/** How tRPC begins each, before anything is asked. */
const GREETING = /^event: connected\ndata: .*\n\n/;

export function isStream(response: Response): boolean {
  return response.headers.get("content-type")?.startsWith("text/event-stream") === true;
}

/** What a stream begins with, up to its first event; then nobody listens any more. */
export async function firstEvent(response: Response): Promise<string> {
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  if (!reader) return "";
  const patience = setTimeout(() => void reader.cancel(), STREAM_MS);
  let text = "";
  while (!/^data: .*\n\n/m.test(text.replace(GREETING, ""))) {
    const { done, value } = await reader.read();
    if (done) break;
    text += value;
  }
  clearTimeout(patience);
  await reader.cancel();
  return text;
}
