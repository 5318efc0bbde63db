import { useActorNames } from "./actor-names.ts";

export function WhoName({ actor }: { readonly actor: string }) {
  return <>{useActorNames()(actor)}</>;
}
