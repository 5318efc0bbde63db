/** What the list asks the server for, and how its rows change before the server has said so. */
import { type InfiniteData, useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { type Inputs, type Outputs, useTRPC } from "../api/trpc.ts";
import { useProject } from "../shell/place.ts";
import type { SearchFilter } from "./search-syntax.ts";

export type FoundToggle = Outputs["toggles"]["search"]["items"][number];
export type SettingSummary = FoundToggle["settings"][number];
export type ToggleOrder = NonNullable<Extract<Inputs["toggles"]["search"], object>["order"]>;

type Pages = InfiniteData<Outputs["toggles"]["search"], Outputs["toggles"]["search"]["nextCursor"]>;

export interface AskedList {
  readonly filter: SearchFilter;
  readonly environments: readonly string[];
  readonly order: ToggleOrder;
}

const PAGE = 50;

export function useToggleSearch({ filter, environments, order }: AskedList) {
  const trpc = useTRPC();
  const { key: project } = useProject();
  return useInfiniteQuery(
    trpc.toggles.search.infiniteQueryOptions(
      { project, ...filter, environments: [...environments], order, limit: PAGE },
      {
        getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
        // What was found stays until what is searched for now is there.
        placeholderData: (before) => before,
      },
    ),
  );
}

/** Changes a row wherever it is shown, as if the server had answered so already. */
export function useChangeRow() {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  return (key: string, change: (toggle: FoundToggle) => FoundToggle) =>
    queryClient.setQueriesData<Pages>(
      // The palette asks for the same, and not by pages.
      { queryKey: trpc.toggles.search.infiniteQueryKey() },
      (data) =>
        data && {
          ...data,
          pages: data.pages.map((page) => ({
            ...page,
            items: page.items.map((toggle) => (toggle.key === key ? change(toggle) : toggle)),
          })),
        },
    );
}

export function withSetting(
  toggle: FoundToggle,
  environment: string,
  changed: Partial<SettingSummary>,
): FoundToggle {
  return {
    ...toggle,
    settings: toggle.settings.map((setting) =>
      setting.environment === environment ? { ...setting, ...changed } : setting,
    ),
  };
}
