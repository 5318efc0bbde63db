import { Button, Stack, Text, Title } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useTRPCClient } from "../api/trpc.ts";
import { tell } from "../design/tell-undo.tsx";
import { FormProblem } from "../sign-in/FormProblem.tsx";
import { PasswordField } from "../sign-in/PasswordField.tsx";
import { withProof } from "./with-proof.tsx";

const EMPTY = { currentPassword: "", newPassword: "" };

export function ChangePassword() {
  const client = useTRPCClient();
  const [form, setForm] = useState(EMPTY);
  const change = useMutation({
    mutationFn: (input: typeof form) => withProof(() => client.auth.changePassword.mutate(input)),
    onSuccess: () => {
      setForm(EMPTY);
      tell("Your password is changed. Your other sessions have ended.");
    },
  });
  return (
    <section aria-labelledby="change-password">
      <Title order={2} size="h4" id="change-password" mb={4}>
        Password
      </Title>
      <Text size="sm" c="dimmed" mb="md">
        A new one ends your sessions in other browsers.
      </Text>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          change.mutate(form);
        }}
      >
        <Stack maw={400}>
          <FormProblem error={change.error} />
          <PasswordField
            label="Current password"
            autoComplete="current-password"
            value={form.currentPassword}
            onChange={(currentPassword) => setForm({ ...form, currentPassword })}
          />
          <PasswordField
            label="New password"
            autoComplete="new-password"
            description="At least 12 characters; a few words do well."
            value={form.newPassword}
            onChange={(newPassword) => setForm({ ...form, newPassword })}
          />
          <Button
            type="submit"
            variant="default"
            loading={change.isPending}
            style={{ alignSelf: "flex-start" }}
          >
            Change the password
          </Button>
        </Stack>
      </form>
    </section>
  );
}
