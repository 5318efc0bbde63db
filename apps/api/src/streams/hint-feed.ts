/** What clients are told: that there is something new, and not what. */
import { type Chunk, type EnvironmentFeed, type Feed, hasLatest, type Position } from "./environment-feed.ts";
import { EventPieces } from "./event-pieces.ts";

export class HintFeed implements Feed {
  readonly #ofEnvironment: Pick<EnvironmentFeed, "position">;
  #latest: Chunk | undefined;

  constructor(ofEnvironment: Pick<EnvironmentFeed, "position">) {
    this.#ofEnvironment = ofEnvironment;
  }

  next(held: Position | undefined): Chunk | undefined {
    const { position } = this.#ofEnvironment;
    if (!position || hasLatest(held, position)) return undefined;
    if (!isAt(this.#latest, position)) this.#latest = hintOf(position);
    return this.#latest;
  }
}

function isAt(chunk: Chunk | undefined, { epoch, revision }: Position): boolean {
  return chunk?.position.epoch === epoch && chunk.position.revision === revision;
}

/** Made once for all. */
function hintOf({ epoch, revision }: Position): Chunk {
  const data = JSON.stringify({ epoch, revision });
  return {
    event: new EventPieces(`id: ${epoch}.${revision}\nevent: change\ndata: ${data}\n\n`),
    position: { epoch, revision },
    release: () => undefined,
  };
}
