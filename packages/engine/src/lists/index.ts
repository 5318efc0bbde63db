/** Lists of ids that travel beside a ruleset, packed: a chunk of its own, loaded before a ruleset that names one (`listsNeeded`). */
export type { IdList } from "../values/run.ts";
export { inTurns, whole } from "./in-turns.ts";
export { type AddProblem, IdPacker, type Packed, packIds } from "./pack-ids.ts";
export { packedIds } from "./packed-ids.ts";
export { type ListError, type ListResult, readIdList, readIdListInTurns } from "./read-id-list.ts";
