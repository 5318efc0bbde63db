import { Anchor, Button, Divider, Group, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { FormProblem } from "./FormProblem.tsx";
import { PasswordField } from "./PasswordField.tsx";
import { type FoundConnection, usePasswordSignIn, useProviderSignIn } from "./use-sign-in.ts";

export interface PasswordStepProps {
  readonly email: string;
  readonly connection: FoundConnection | null;
  readonly next: string;
  readonly onBack: () => void;
  readonly onSecondFactor: () => void;
}

export function PasswordStep({ email, connection, next, onBack, onSecondFactor }: PasswordStepProps) {
  const [password, setPassword] = useState("");
  const signIn = usePasswordSignIn({ next, onSecondFactor });
  const provider = useProviderSignIn();
  return (
    <Stack>
      <Group gap="xs" justify="space-between" wrap="nowrap">
        <Text size="sm" truncate>
          {email}
        </Text>
        <Anchor component="button" type="button" size="sm" onClick={onBack}>
          Another address
        </Anchor>
      </Group>
      {connection && (
        <>
          <FormProblem error={provider.error} />
          <Button
            loading={provider.isPending}
            onClick={() =>
              provider.mutate({
                tenantId: connection.tenantId,
                connectionId: connection.connectionId,
                returnTo: next,
              })
            }
          >
            Continue with {connection.name}
          </Button>
          <Divider label="or by password" />
        </>
      )}
      <form
        onSubmit={(event) => {
          event.preventDefault();
          signIn.mutate({ email, password });
        }}
      >
        <Stack>
          <FormProblem error={signIn.error} />
          {/* For password managers, which look for a name beside the password. */}
          <input type="hidden" name="username" autoComplete="username" value={email} readOnly />
          <PasswordField
            label="Password"
            autoComplete="current-password"
            autoFocus={!connection}
            value={password}
            onChange={setPassword}
          />
          <Button type="submit" variant={connection ? "default" : "filled"} loading={signIn.isPending}>
            Sign in
          </Button>
        </Stack>
      </form>
    </Stack>
  );
}
