import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { projectRoute } from "../shell/parents.ts";
import { playgroundSearch } from "./search.ts";

const playgroundRoute = createRoute({
  getParentRoute: () => projectRoute,
  path: "playground",
  validateSearch: playgroundSearch,
  component: lazyRouteComponent(() => import("./Playground.tsx"), "Playground"),
});

export const playgroundRoutes = [playgroundRoute] as const;
