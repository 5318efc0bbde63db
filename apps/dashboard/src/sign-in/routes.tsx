import { createRoute, lazyRouteComponent, redirect } from "@tanstack/react-router";
import { z } from "zod";
import { signedOutRoute } from "../shell/parents.ts";

const signInSearch = z.object({
  /** Where the person wanted to go: a path of ours. */
  next: z
    .string()
    .regex(/^\/(?!\/)/)
    .max(2_000)
    .optional()
    .catch(undefined),
  /** The code of the problem that a provider's sign-in ended with. */
  refused: z.string().max(64).optional().catch(undefined),
});

const signInRoute = createRoute({
  getParentRoute: () => signedOutRoute,
  path: "sign-in",
  validateSearch: signInSearch,
  beforeLoad: async ({ context: { queryClient, trpc }, search: { next = "/" } }) => {
    const session = await queryClient.fetchQuery(trpc.auth.session.queryOptions(undefined, { staleTime: 0 }));
    if (session) throw redirect({ href: next });
  },
  component: lazyRouteComponent(() => import("./SignIn.tsx"), "SignIn"),
});

const signUpRoute = createRoute({
  getParentRoute: () => signedOutRoute,
  path: "sign-up",
  component: lazyRouteComponent(() => import("./SignUp.tsx"), "SignUp"),
});

/** What follows `#` is the invitation's secret, which no server's log may see. */
const invitationRoute = createRoute({
  getParentRoute: () => signedOutRoute,
  path: "invitation",
  component: lazyRouteComponent(() => import("./Invitation.tsx"), "Invitation"),
});

export const signInRoutes = [signInRoute, signUpRoute, invitationRoute] as const;
