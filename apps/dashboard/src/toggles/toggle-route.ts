/** The route of one toggle, under which its tabs hang. Apart from the pages, so that those of other folders can name it. */
import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { projectRoute } from "../shell/parents.ts";

export const toggleRoute = createRoute({
  getParentRoute: () => projectRoute,
  path: "toggles/$toggle",
  component: lazyRouteComponent(() => import("./ToggleFrame.tsx"), "ToggleFrame"),
});
