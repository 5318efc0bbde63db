import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "@tanstack/react-router";
import { type Outputs, useTRPC } from "../api/trpc.ts";

export type FoundConnection = NonNullable<Outputs["singleSignOn"]["find"]>;
type SignInView = Outputs["auth"]["signIn"];

/** Where people of an address's domain sign in. */
export function useFindConnection() {
  const trpc = useTRPC();
  return useMutation(trpc.singleSignOn.find.mutationOptions());
}

/** Sends the browser to the provider. */
export function useProviderSignIn() {
  const trpc = useTRPC();
  return useMutation(
    trpc.singleSignOn.begin.mutationOptions({ onSuccess: ({ url }) => window.location.assign(url) }),
  );
}

export function usePasswordSignIn(steps: SignInSteps) {
  const trpc = useTRPC();
  const follow = useFollow(steps);
  return useMutation(trpc.auth.signIn.mutationOptions({ onSuccess: follow }));
}

export function useSecondFactor(steps: SignInSteps) {
  const trpc = useTRPC();
  const follow = useFollow(steps);
  return useMutation(trpc.auth.answerSecondFactor.mutationOptions({ onSuccess: follow }));
}

export function useSignUp(steps: SignInSteps) {
  const trpc = useTRPC();
  const follow = useFollow(steps);
  return useMutation(trpc.auth.signUp.mutationOptions({ onSuccess: follow }));
}

export function useJoin(steps: SignInSteps) {
  const trpc = useTRPC();
  const follow = useFollow(steps);
  return useMutation(trpc.invitations.join.mutationOptions({ onSuccess: follow }));
}

export interface SignInSteps {
  /** Where to go once a session is there. */
  readonly next: string;
  readonly onSecondFactor?: () => void;
}

/** Whatever was known of the session before is worth nothing any more. */
export function useFollow({ next, onSecondFactor }: SignInSteps) {
  const queryClient = useQueryClient();
  const router = useRouter();
  return async ({ status }: Pick<SignInView, "status">) => {
    if (status === "second_factor_needed") {
      onSecondFactor?.();
      return;
    }
    queryClient.clear();
    await router.navigate({ href: next });
  };
}
