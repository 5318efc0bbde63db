import { AppShell } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { Outlet, useRouterState } from "@tanstack/react-router";
import { useEffect } from "react";
import { ErrorBoundary } from "react-error-boundary";
import { EnvironmentBand } from "./EnvironmentBand.tsx";
import { FrameShortcuts } from "./FrameShortcuts.tsx";
import { Header } from "./Header.tsx";
import { Navigation } from "./Navigation.tsx";
import { Palette } from "./Palette.tsx";
import { ScreenError } from "./ScreenError.tsx";

/** Around every page of who is signed in: where they are, where they can go, and the page itself. */
export function Frame() {
  const [isNavigationOpen, { toggle, close }] = useDisclosure(false);
  const path = useRouterState({ select: ({ location }) => location.pathname });
  // biome-ignore lint/correctness/useExhaustiveDependencies: whenever the page changes, and for nothing of it
  useEffect(close, [path]);
  return (
    <AppShell
      header={{ height: 56 }}
      navbar={{ width: 216, breakpoint: "sm", collapsed: { mobile: !isNavigationOpen } }}
      padding="md"
    >
      <a className="skip-link" href="#main">
        Skip to the page
      </a>
      <AppShell.Header>
        <EnvironmentBand />
        <Header isNavigationOpen={isNavigationOpen} onToggleNavigation={toggle} />
      </AppShell.Header>
      <AppShell.Navbar p="xs" aria-label="Main">
        <Navigation />
      </AppShell.Navbar>
      <AppShell.Main id="main" tabIndex={-1}>
        <ErrorBoundary FallbackComponent={ScreenError} resetKeys={[path]}>
          <Outlet />
        </ErrorBoundary>
      </AppShell.Main>
      <FrameShortcuts />
      <Palette />
    </AppShell>
  );
}
