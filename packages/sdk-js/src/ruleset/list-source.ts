import type { IdList, ListReference } from "@burgee/engine";
import type { Service } from "../delivery/service.ts";
import type { PartLoader } from "../parts/part-loader.ts";
import type { ListsPart } from "../parts/parts.ts";
import type { StoredRulesets } from "../store/stored-rulesets.ts";
import type { ListLoader } from "./list-loader.ts";

/** Finds lists that travel beside a ruleset, by a part of the SDK that is loaded for the first of them. */
export class ListSource {
  readonly #service: Service;
  readonly #stored: Promise<StoredRulesets | undefined>;
  readonly #part: PartLoader<ListsPart>;
  #loader: ListLoader | undefined;
  #isClosed = false;

  constructor(service: Service, stored: Promise<StoredRulesets | undefined>, part: PartLoader<ListsPart>) {
    this.#service = service;
    this.#stored = stored;
    this.#part = part;
  }

  /**
   * With `isLive` the service is asked for those that the store lacks; without, they are left out.
   *
   * @throws {SdkError} "lists_unavailable" where one of them can't be had
   */
  async load(references: readonly ListReference[], isLive: boolean): Promise<ReadonlyMap<string, IdList>> {
    const { ListLoader } = await this.#part.load();
    this.#loader ??= new ListLoader(this.#service, this.#stored);
    if (this.#isClosed) this.#loader.close();
    return isLive ? this.#loader.load(references) : this.#loader.loadStored(references);
  }

  /** Ends what is under way. */
  close(): void {
    this.#isClosed = true;
    this.#loader?.close();
  }
}
