import { createSpotlight } from "@mantine/spotlight";
import type { Icon } from "@tabler/icons-react";

export interface PaletteAction {
  /** Of its own among all. */
  readonly id: string;
  readonly label: string;
  readonly description?: string;
  readonly icon?: Icon;
  readonly run: () => void;
}

export interface PaletteSource {
  readonly section: string;
  /** A hook. What it answers is filtered by what was typed, unless `isSearched`. */
  readonly useActions: (query: string) => readonly PaletteAction[];
  /** Whether it has searched by itself, as at the server. */
  readonly isSearched?: boolean;
}

export const [paletteStore, palette] = createSpotlight();
