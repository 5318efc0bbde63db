/** What the palette offers, section by section. A feature that has something to offer adds its source here. */
import type { PaletteSource } from "./shell/palette.ts";
import {
  useEnvironmentActions,
  useNavigationActions,
  useProjectActions,
  useThemeActions,
} from "./shell/palette-actions.ts";
import { usePaletteToggles } from "./toggles/use-palette-toggles.ts";

export const PALETTE_SOURCES: readonly PaletteSource[] = [
  { section: "Toggles", useActions: usePaletteToggles, isSearched: true },
  { section: "Go to", useActions: useNavigationActions },
  { section: "Environments", useActions: useEnvironmentActions },
  { section: "Projects and tenants", useActions: useProjectActions },
  { section: "Appearance", useActions: useThemeActions },
];
