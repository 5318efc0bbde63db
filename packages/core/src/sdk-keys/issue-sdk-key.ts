import { z } from "zod";
import { demand, demandWhole } from "../access/access.ts";
import { actorOf, type Caller, type Person } from "../access/caller.ts";
import { SERVER_KEY_PERMISSIONS } from "../access/permissions.ts";
import { enterEnvironment, environmentScope } from "../access/scope.ts";
import { appendEntry } from "../audit/append-entry.ts";
import { refuse } from "../errors/invalid-input.ts";
import { LIMITS } from "../limits.ts";
import { displayName } from "../names.ts";
import { demandRoom } from "./demand-room.ts";
import { displayOf, hashKey, makeKey } from "./key-format.ts";
import { originInput } from "./origin-input.ts";
import { reachInput, readReach } from "./reach-input.ts";
import { auditedSdkKey, type IssuedSdkKey, sdkKeyView } from "./sdk-key-view.ts";

export const issueSdkKeyInput = z
  .strictObject({
    ...environmentScope,
    /**
     * `srv` reads one environment's ruleset; `cli`, which anybody may see, gets that environment's values and no rules; `pat`
     * acts as the person who asks for it.
     */
    kind: z.enum(["srv", "cli", "pat"]),
    name: displayName,
    expiresAt: z.iso.datetime().optional(),
    /** Of a client key: whose pages may use it. Without any, no page may, and apps still do. */
    origins: z.array(originInput).max(LIMITS.originsPerKey).default([]),
    ...reachInput,
  })
  .superRefine(({ kind, origins, permissions, environments }, { addIssue }) => {
    const issue = (path: string, message: string) => addIssue({ code: "custom", path: [path], message });
    if (kind !== "cli" && origins.length > 0) issue("origins", "Only a client key (cli) has origins.");
    if (kind === "pat") return;
    if (permissions !== "all") issue("permissions", "Only a personal key (pat) has permissions to choose.");
    if (environments) issue("environments", "This kind of key reads one environment: name it as its own.");
  });

/** What issuing takes, by the key's kind: a personal one is for who asks, and does no more than they may. */
export const ISSUING_NEEDS = { srv: "sdk_key.write", cli: "sdk_key.write", pat: "toggle.read" } as const;

/**
 * Makes a key. Its text is in this answer only: what is kept is a hash.
 * @throws {AppError} "invalid_input" for an end that lies in the past, "limit_reached", "quota_exceeded"
 */
export async function issueSdkKey(
  caller: Caller,
  input: z.input<typeof issueSdkKeyInput>,
): Promise<IssuedSdkKey> {
  const { db, person } = caller;
  const { kind, name, origins = [], permissions = "all", environments } = input;
  const key = makeKey(kind);

  const issued = await db.transact(person.tenantId, async (writers) => {
    const permission = ISSUING_NEEDS[kind];
    const { project, environment } = await enterEnvironment(writers, person, permission, input);
    demandGivable(person, kind, environment);
    const reach = await readReach(writers, person, { permissions, environments }, environment);
    await demandRoom(writers, kind === "pat" ? person.userId : undefined);
    const sdkKey = await writers.sdkKeys.create(
      {
        kind,
        hash: hashKey(key),
        display: displayOf(key),
        name,
        projectId: project.projectId,
        environmentId: environment.environmentId,
        userId: kind === "pat" ? person.userId : null,
        origins: [...new Set(origins)],
        reach,
        expiresAt: input.expiresAt ? new Date(input.expiresAt) : null,
        replaces: null,
      },
      actorOf(person),
    );
    const view = sdkKeyView(sdkKey, await writers.signingKeys.listValid());
    // Thrown inside the transaction, so that the key does not come to be.
    if (sdkKey.expiresAt && sdkKey.expiresAt <= sdkKey.createdAt) throw inThePast();
    await appendEntry(writers, person.tenantId, {
      actor: actorOf(person),
      action: "sdk_key.issued",
      object: `sdk-key/${sdkKey.sdkKeyId}`,
      environmentId: environment.environmentId,
      requestId: caller.requestId,
      after: auditedSdkKey(sdkKey),
    });
    return view;
  });
  return { ...issued, key };
}

/** Nobody issues a key for what they may not do themselves, by the credential that they ask with. */
function demandGivable(
  person: Person,
  kind: keyof typeof ISSUING_NEEDS,
  environment: Parameters<typeof demand>[2],
): void {
  if (kind === "pat") demandWhole(person);
  else for (const read of SERVER_KEY_PERMISSIONS) demand(person, read, environment);
}

function inThePast(): Error {
  return refuse([{ pointer: "/expiresAt", code: "in_the_past", message: "Name a time in the future." }]);
}
