import type { TenantId } from "@burgee/db";
import { AppError } from "../errors/app-error.ts";

/** Of one piece of work, which gives back what it took by ending. */
export interface ByteShare {
  /** @throws {AppError} "unavailable" where that is more than the tenant may have now */
  grow(bytes: number): void;
  end(): void;
}

/**
 * Memory that tenants take for large things. One may have as much as it leaves free: alone half of all, and however many take what they
 * can, the next one finds half of what is left.
 */
export class SharedBytes {
  readonly #most: number;
  readonly #refusal: string;
  readonly #taken = new Map<TenantId, number>();
  #total = 0;

  /** @param refusal said to whoever asks for more */
  constructor(most: number, refusal: string) {
    this.#most = most;
    this.#refusal = refusal;
  }

  share(tenantId: TenantId): ByteShare {
    let own = 0;
    const move = (bytes: number) => {
      own += bytes;
      this.#move(tenantId, bytes);
    };
    return {
      grow: (bytes) => {
        const ofTenant = (this.#taken.get(tenantId) ?? 0) + bytes;
        if (ofTenant > this.#most - this.#total - bytes) throw new AppError("unavailable", this.#refusal);
        move(bytes);
      },
      end: () => move(-own),
    };
  }

  #move(tenantId: TenantId, bytes: number): void {
    const left = (this.#taken.get(tenantId) ?? 0) + bytes;
    this.#total += bytes;
    if (left === 0) this.#taken.delete(tenantId);
    else this.#taken.set(tenantId, left);
  }
}
