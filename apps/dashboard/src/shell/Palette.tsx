import { Spotlight } from "@mantine/spotlight";
import { IconSearch } from "@tabler/icons-react";
import { useState } from "react";
import { PALETTE_SOURCES } from "../palette-sources.ts";
import { type PaletteAction, type PaletteSource, paletteStore } from "./palette.ts";

const MOST_SHOWN = 8;

/** Everything that can be gone to or done, by a few letters of its name. */
export function Palette() {
  const [query, setQuery] = useState("");
  const sections = PALETTE_SOURCES.map((source) => ({
    ...source,
    // biome-ignore lint/correctness/useHookAtTopLevel: the sources are a constant list, so that the order of their hooks never changes
    actions: matching(source, source.useActions(query), query),
  })).filter(({ actions }) => actions.length > 0);
  return (
    <Spotlight.Root
      store={paletteStore}
      query={query}
      onQueryChange={setQuery}
      shortcut={null}
      scrollable
      maxHeight={440}
    >
      <Spotlight.Search
        aria-label="Go to, or do"
        placeholder="Go to, or do…"
        leftSection={<IconSearch size={18} aria-hidden />}
      />
      <Spotlight.ActionsList>
        {sections.map(({ section, actions }) => (
          <Spotlight.ActionsGroup key={section} label={section}>
            {actions.map(({ id, label, description, icon: Icon, run }) => (
              <Spotlight.Action
                key={id}
                label={label}
                description={description}
                leftSection={Icon && <Icon size={18} aria-hidden />}
                onClick={run}
              />
            ))}
          </Spotlight.ActionsGroup>
        ))}
        {sections.length === 0 && <Spotlight.Empty>Nothing is called that.</Spotlight.Empty>}
      </Spotlight.ActionsList>
    </Spotlight.Root>
  );
}

function matching(
  { isSearched }: PaletteSource,
  actions: readonly PaletteAction[],
  query: string,
): readonly PaletteAction[] {
  if (isSearched) return actions.slice(0, MOST_SHOWN);
  const words = query.toLowerCase().split(/\s+/);
  return actions
    .filter(({ label, description = "" }) => {
      const text = `${label} ${description}`.toLowerCase();
      return words.every((word) => text.includes(word));
    })
    .slice(0, MOST_SHOWN);
}
