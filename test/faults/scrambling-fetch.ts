/** A line to the service on which events of a stream are lost, doubled and swapped. */
import type { Random } from "./random.ts";

const LOST = 0.15;
const DOUBLED = 0.15;
const SWAPPED = 0.15;

/** @param isOn asked at each event: whether it is scrambled, or passes as it is */
export function scramblingFetch(random: Random, isOn: () => boolean): typeof fetch {
  return async (input, init) => {
    const answer = await fetch(input, init);
    const isStream = answer.headers.get("content-type")?.startsWith("text/event-stream") === true;
    if (!isStream || answer.body === null) return answer;
    const body = answer.body
      .pipeThrough(new TextDecoderStream())
      .pipeThrough(scrambled(random, isOn))
      .pipeThrough(new TextEncoderStream());
    return new Response(body, { status: answer.status, headers: answer.headers });
  };
}

function scrambled(random: Random, isOn: () => boolean): TransformStream<string, string> {
  let text = "";
  let held: string | undefined;
  /** It goes with what it is of. */
  let seal = "";
  return new TransformStream({
    transform: (chunk, controller) => {
      text += chunk;
      const events = text.split("\n\n");
      text = events.pop() ?? "";
      for (const event of events) {
        if (/^event: seal/m.test(event)) {
          seal = `${event}\n\n`;
          continue;
        }
        const whole = `${seal}${event}\n\n`;
        seal = "";
        const draw = isOn() && /^event: patch/m.test(event) ? random.next() : 1;
        if (draw < LOST) continue;
        if (draw < LOST + SWAPPED && held === undefined) {
          held = whole;
          continue;
        }
        controller.enqueue(whole);
        if (draw < LOST + SWAPPED + DOUBLED) controller.enqueue(whole);
        if (held !== undefined) controller.enqueue(held);
        held = undefined;
      }
    },
  });
}
