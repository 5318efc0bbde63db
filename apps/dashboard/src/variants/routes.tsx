import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { toggleRoute } from "../toggles/toggle-route.ts";

const variantsRoute = createRoute({
  getParentRoute: () => toggleRoute,
  path: "variants",
  component: lazyRouteComponent(() => import("./Variants.tsx"), "Variants"),
});

export const variantsRoutes = [variantsRoute] as const;
