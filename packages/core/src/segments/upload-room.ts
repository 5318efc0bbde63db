/** What uploads of lists share in a process, so that no tenant's keep out another's. */
import type { TenantId } from "@burgee/db";
import { FairTurns } from "../turns/fair-turns.ts";
import { SharedBytes } from "../turns/shared-bytes.ts";

const MIB = 1024 * 1024;
const FULL = "Too many lists are being uploaded; try again shortly.";

/** A list is held once while it arrives, however slowly, and twice while it is packed, which takes a second or so. */
export class UploadRoom {
  readonly arriving = new FairTurns<TenantId>({
    most: 1_000,
    mostOfOne: 2,
    waiting: 1_000,
    waitingOfOne: 8,
    refusal: FULL,
  });
  readonly packing = new FairTurns<TenantId>({
    most: 2,
    mostOfOne: 1,
    waiting: 1_000,
    waitingOfOne: 8,
    refusal: FULL,
  });
  /** Of text that has arrived: a tenant alone may send two lists as large as lists may be. */
  readonly bytes = new SharedBytes(256 * MIB, FULL);
}
