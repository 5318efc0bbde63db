import { IconToggleRight } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useTRPC } from "../api/trpc.ts";
import type { PaletteAction } from "../shell/palette.ts";
import { useMaybePlace } from "../shell/place.ts";

const MOST = 6;

/** Toggles of the open project that the palette's text finds; and, without a text, those that were changed last. */
export function usePaletteToggles(query: string): readonly PaletteAction[] {
  const trpc = useTRPC();
  const navigate = useNavigate();
  const { tenant, project } = useMaybePlace();
  const words = query.trim() === "" ? [] : query.trim().split(/\s+/).slice(0, MOST);
  const { data } = useQuery(
    trpc.toggles.search.queryOptions(
      { project: project ?? "", words, order: words.length === 0 ? "changed" : "key", limit: MOST },
      { enabled: project !== undefined, placeholderData: (before) => before },
    ),
  );
  if (tenant === undefined || project === undefined) return [];
  return (data?.items ?? []).map(({ key, name }) => ({
    id: `toggle ${key}`,
    label: key,
    ...(name !== "" && { description: name }),
    icon: IconToggleRight,
    run: () =>
      void navigate({
        to: "/t/$tenant/p/$project/toggles/$toggle",
        params: { tenant, project, toggle: key },
      }),
  }));
}
