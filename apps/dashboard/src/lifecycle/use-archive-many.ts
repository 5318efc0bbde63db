/** Archives toggles one after the other, and says of each that can't be archived why. */
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { problemOf } from "../api/problem.ts";
import { useTRPC, useTRPCClient } from "../api/trpc.ts";
import { confirmDanger } from "../design/confirm-danger.tsx";
import { useEnvironment, useProject } from "../shell/place.ts";

export interface Archived {
  readonly key: string;
  /** Left out where it was archived. */
  readonly problem?: string;
}

export function useArchiveMany() {
  const trpc = useTRPC();
  const { toggles } = useTRPCClient();
  const queries = useQueryClient();
  const { key: project } = useProject();
  const environment = useEnvironment()?.key;
  const [results, setResults] = useState<readonly Archived[]>([]);
  const [isRunning, setRunning] = useState(false);

  const archiveOne = async (key: string): Promise<Archived> => {
    try {
      const place = { project, ...(environment !== undefined && { environment }), key };
      const { settings, environment: here } = await toggles.get.query(place);
      const expectedVersion = settings.find((setting) => setting.environment === here)?.version ?? 1;
      await toggles.archive.mutate({ ...place, expectedVersion });
      return { key };
    } catch (error) {
      return { key, problem: problemOf(error).detail };
    }
  };
  const archive = async (keys: readonly string[]): Promise<boolean> => {
    const [first = ""] = keys;
    const isSure = await confirmDanger({
      title: keys.length === 1 ? `Archive ${first}?` : `Archive ${keys.length} toggles?`,
      consequences: `SDKs no longer know ${keys.length === 1 ? "it" : "them"}, in any environment, and callers get their fallbacks: ${keys.join(", ")}.`,
      typed: keys.length === 1 ? first : String(keys.length),
      confirm: "Archive",
    });
    if (!isSure) return false;
    setRunning(true);
    const done: Archived[] = [];
    for (const key of keys) {
      done.push(await archiveOne(key));
      setResults([...done]);
    }
    setRunning(false);
    await queries.invalidateQueries({ queryKey: trpc.toggles.pathKey() });
    return true;
  };
  return { archive, results, isRunning };
}
