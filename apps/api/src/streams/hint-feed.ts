/** What clients are told: that there is something new, and not what. */
import { type Chunk, type EnvironmentFeed, type Feed, hasLatest, type Position } from "./environment-feed.ts";

export class HintFeed implements Feed {
  readonly #ofEnvironment: Pick<EnvironmentFeed, "position">;

  constructor(ofEnvironment: Pick<EnvironmentFeed, "position">) {
    this.#ofEnvironment = ofEnvironment;
  }

  next(held: Position | undefined): Chunk | undefined {
    const { position } = this.#ofEnvironment;
    if (!position || hasLatest(held, position)) return undefined;
    const { epoch, revision } = position;
    const data = JSON.stringify({ epoch, revision });
    const bytes = Buffer.from(`id: ${epoch}.${revision}\nevent: change\ndata: ${data}\n\n`);
    return { bytes, position, release: () => undefined };
  }
}
