import { Alert } from "@mantine/core";

/** Why the way over a provider did not lead in. The code comes by the address, so what is not known says nothing of its own. */
const WORDS: Readonly<Record<string, string>> = {
  sign_in_refused:
    "Your provider did not let you in, or what it said could not be trusted. Try again; if it happens again, whoever set the provider up can test the connection.",
  connection_not_found: "This way to sign in is not set up any more. Sign in by your address.",
  connection_not_tested:
    "This way to sign in was changed and has to be tested first by an owner of the tenant.",
  unavailable: "Your provider does not answer at the moment. Try again shortly.",
};

export function ProviderRefusal({ code }: { readonly code: string }) {
  return (
    <Alert color="red" variant="light" role="alert">
      {WORDS[code] ?? "The sign-in did not work. Try again."}
    </Alert>
  );
}
