import { Button, Stack, TextInput } from "@mantine/core";
import { useState } from "react";
import { FormProblem } from "./FormProblem.tsx";
import { type FoundConnection, useFindConnection } from "./use-sign-in.ts";

export interface AddressStepProps {
  readonly email: string;
  readonly onFound: (email: string, connection: FoundConnection | null) => void;
}

export function AddressStep({ email: before, onFound }: AddressStepProps) {
  const [email, setEmail] = useState(before);
  const find = useFindConnection();
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        find.mutate({ email }, { onSuccess: (connection) => onFound(email, connection) });
      }}
    >
      <Stack>
        <FormProblem error={find.error} />
        <TextInput
          label="Email"
          type="email"
          name="email"
          autoComplete="username"
          required
          withAsterisk={false}
          autoFocus
          value={email}
          onChange={({ currentTarget }) => setEmail(currentTarget.value)}
        />
        <Button type="submit" loading={find.isPending}>
          Continue
        </Button>
      </Stack>
    </form>
  );
}
