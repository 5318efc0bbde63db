import { Stack, Text } from "@mantine/core";
import { getRouteApi } from "@tanstack/react-router";
import { useState } from "react";
import { AnchorLink } from "../design/links.tsx";
import { ScreenTitle } from "../design/ScreenTitle.tsx";
import { AddressStep } from "./AddressStep.tsx";
import { PasswordStep } from "./PasswordStep.tsx";
import { ProviderRefusal } from "./ProviderRefusal.tsx";
import { SecondFactorStep } from "./SecondFactorStep.tsx";
import type { FoundConnection } from "./use-sign-in.ts";

const route = getRouteApi("/signed-out/sign-in");

type Step =
  | { readonly at: "address" }
  | { readonly at: "password"; readonly connection: FoundConnection | null }
  | { readonly at: "second factor" };

/** The address first: its domain tells whether a provider of the tenant's own vouches for its people. */
export function SignIn() {
  const { next = "/", refused } = route.useSearch();
  const [email, setEmail] = useState("");
  const [step, setStep] = useState<Step>({ at: "address" });
  return (
    <Stack>
      <ScreenTitle title={step.at === "second factor" ? "One more step" : "Sign in"} />
      {refused !== undefined && step.at === "address" && <ProviderRefusal code={refused} />}
      {step.at === "address" && (
        <AddressStep
          email={email}
          onFound={(address, connection) => {
            setEmail(address);
            setStep({ at: "password", connection });
          }}
        />
      )}
      {step.at === "password" && (
        <PasswordStep
          email={email}
          connection={step.connection}
          next={next}
          onBack={() => setStep({ at: "address" })}
          onSecondFactor={() => setStep({ at: "second factor" })}
        />
      )}
      {step.at === "second factor" && (
        <SecondFactorStep next={next} onStartOver={() => setStep({ at: "address" })} />
      )}
      {step.at === "address" && (
        <Text size="sm" c="dimmed">
          New here?{" "}
          <AnchorLink to="/sign-up" inherit>
            Create an account
          </AnchorLink>
        </Text>
      )}
    </Stack>
  );
}
