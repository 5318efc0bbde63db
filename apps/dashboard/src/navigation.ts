/** What the left column, the palette and the keys behind `g` lead to. A screen that is reached from here has one line here. */
import type { Icon } from "@tabler/icons-react";
import {
  IconArrowsDiff,
  IconFlask,
  IconFolders,
  IconHistory,
  IconHome,
  IconHourglass,
  IconPlugConnected,
  IconProgressCheck,
  IconSettings,
  IconToggleRight,
  IconUser,
  IconUsers,
  IconUsersGroup,
} from "@tabler/icons-react";
import type { LinkProps } from "@tanstack/react-router";

export interface NavigationEntry {
  readonly label: string;
  readonly to: NonNullable<LinkProps["to"]>;
  readonly icon: Icon;
  /** Under what it stands: the project that is open, the tenant, or the person. */
  readonly of: "project" | "tenant" | "account";
  /** Pressed after `g`. */
  readonly key?: string;
  /** Whether it is not marked on the pages beneath it. */
  readonly isExact?: boolean;
}

export const NAVIGATION: readonly NavigationEntry[] = [
  { label: "Toggles", to: "/t/$tenant/p/$project/toggles", icon: IconToggleRight, of: "project", key: "f" },
  { label: "Segments", to: "/t/$tenant/p/$project/segments", icon: IconUsersGroup, of: "project", key: "s" },
  { label: "Lifecycle", to: "/t/$tenant/p/$project/lifecycle", icon: IconHourglass, of: "project" },
  { label: "Playground", to: "/t/$tenant/p/$project/playground", icon: IconFlask, of: "project", key: "p" },
  { label: "Compare", to: "/t/$tenant/p/$project/compare", icon: IconArrowsDiff, of: "project", key: "c" },
  {
    label: "Project settings",
    to: "/t/$tenant/p/$project/settings",
    icon: IconSettings,
    of: "project",
    key: "e",
  },
  { label: "Connect an app", to: "/t/$tenant/p/$project/connect", icon: IconPlugConnected, of: "project" },
  { label: "Home", to: "/t/$tenant", icon: IconHome, of: "tenant", key: "h", isExact: true },
  { label: "Projects", to: "/t/$tenant/projects", icon: IconFolders, of: "tenant" },
  { label: "Audit log", to: "/t/$tenant/audit", icon: IconHistory, of: "tenant", key: "a" },
  { label: "Jobs", to: "/t/$tenant/jobs", icon: IconProgressCheck, of: "tenant" },
  { label: "People", to: "/t/$tenant/settings/members", icon: IconUsers, of: "tenant" },
  { label: "Account", to: "/account", icon: IconUser, of: "account" },
];
