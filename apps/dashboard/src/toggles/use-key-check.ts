import { useDebouncedValue } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { codeOf } from "../api/problem.ts";
import { useTRPC } from "../api/trpc.ts";
import { useEnvironment, useProject } from "../shell/place.ts";

export interface KeyCheck {
  /** What is wrong with it. */
  readonly error: string | undefined;
  readonly said: string;
}

const TYPING_MS = 250;
const SHAPE = /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/;
const RESERVED = ["__proto__", "constructor", "prototype", "project", "environment", "key"];

/** Whether a new toggle may have this key, asked of the server while the person types. */
export function useKeyCheck(key: string): KeyCheck {
  const trpc = useTRPC();
  const { key: project } = useProject();
  const environment = useEnvironment()?.key ?? "";
  const [asked] = useDebouncedValue(key, TYPING_MS);
  const fault = faultOf(key);
  const found = useQuery(
    trpc.toggles.get.queryOptions(
      { project, environment, key: asked },
      { enabled: faultOf(asked) === undefined && asked !== "", staleTime: 0, retry: false },
    ),
  );
  if (key === "") return { error: undefined, said: "" };
  if (fault !== undefined) return { error: fault, said: "" };
  if (asked !== key || found.isFetching) return { error: undefined, said: "Looking…" };
  if (found.data) {
    const whose = found.data.archived ? "an archived toggle" : "another toggle";
    return { error: `This key is ${whose}'s; choose another.`, said: "" };
  }
  return { error: undefined, said: codeOf(found.error) === "toggle_not_found" ? "Free" : "" };
}

function faultOf(key: string): string | undefined {
  if (key === "") return undefined;
  if (!SHAPE.test(key)) return "Use 1 to 128 letters, digits, dots, - or _, a letter or digit first.";
  return RESERVED.includes(key) ? `The name ${key} is reserved; choose another.` : undefined;
}
