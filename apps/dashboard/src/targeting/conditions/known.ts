/** What the project knows that conditions may speak of. */

import type { AttributeType } from "@burgee/engine";
import type { ConditionOptions } from "@burgee/engine/language";
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { type Outputs, useTRPC } from "../../api/trpc.ts";

export interface Known {
  readonly attributes: readonly KnownAttribute[];
  readonly segments: readonly string[];
  /** The same, as the checker takes it. */
  readonly options: ConditionOptions;
}
export type KnownAttribute = Pick<
  Outputs["contextAttributes"]["list"][number],
  "name" | "type" | "description"
>;

const USER_ID: KnownAttribute = {
  name: "userId",
  type: "string",
  description: "Who the user is; what shares hash unless told otherwise.",
};
const MOST_SEGMENTS = 200;

export function useKnown(project: string): Known {
  const trpc = useTRPC();
  const attributes = useQuery(trpc.contextAttributes.list.queryOptions({ project }));
  const segments = useQuery(trpc.segments.list.queryOptions({ project, limit: MOST_SEGMENTS }));
  return useMemo(() => knownOf(attributes.data ?? [], segments.data), [attributes.data, segments.data]);
}

export function typeOf({ attributes }: Known, name: string): AttributeType | undefined {
  return attributes.find((attribute) => attribute.name === name)?.type;
}

function knownOf(
  declared: readonly KnownAttribute[],
  segments: Outputs["segments"]["list"] | undefined,
): Known {
  const types = Object.fromEntries(declared.map(({ name, type }) => [name, type]));
  const isDeclared = declared.some(({ name }) => name === USER_ID.name);
  const keys = segments?.items.map(({ key }) => key) ?? [];
  return {
    attributes: isDeclared ? declared : [USER_ID, ...declared],
    segments: keys,
    // With more segments than a page has, the server alone knows whether one is there.
    options: { attributes: types, ...(segments && segments.nextCursor === null && { segments: keys }) },
  };
}
