import { Button, Group, Stack, Text, TextInput } from "@mantine/core";
import { modals } from "@mantine/modals";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { codeOf } from "../api/problem.ts";
import { useTRPC } from "../api/trpc.ts";
import { FormProblem } from "../sign-in/FormProblem.tsx";
import { PasswordField } from "../sign-in/PasswordField.tsx";

/** Does what may ask for a proof of who sits there, asks for it where it is wanted, and does it again. Rejects where none was given. */
export async function withProof<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (codeOf(error) !== "proof_needed" || !(await askForProof())) throw error;
    return work();
  }
}

function askForProof(): Promise<boolean> {
  return new Promise((resolve) => {
    const id = modals.open({
      title: "Show that it is you",
      onClose: () => resolve(false),
      children: (
        <ProofForm
          onCancel={() => modals.close(id)}
          onProved={() => {
            resolve(true);
            modals.close(id);
          }}
        />
      ),
    });
  });
}

function ProofForm({ onProved, onCancel }: { readonly onProved: () => void; readonly onCancel: () => void }) {
  const trpc = useTRPC();
  const factor = useQuery(trpc.secondFactor.get.queryOptions());
  const prove = useMutation(trpc.auth.prove.mutationOptions({ onSuccess: onProved }));
  const [text, setText] = useState("");
  const hasFactor = factor.data?.enabled ?? false;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        prove.mutate(hasFactor ? { code: text } : { password: text });
      }}
    >
      <Stack>
        <Text size="sm">This changes how you sign in, so it is asked once more who you are.</Text>
        <FormProblem error={prove.error} />
        {hasFactor ? (
          <TextInput
            data-autofocus
            label="Code"
            description="Of your authenticator, or a recovery code."
            autoComplete="one-time-code"
            required
            withAsterisk={false}
            value={text}
            onChange={({ currentTarget }) => setText(currentTarget.value)}
          />
        ) : (
          <PasswordField
            label="Password"
            autoComplete="current-password"
            autoFocus
            value={text}
            onChange={setText}
          />
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={onCancel}>
            Cancel
          </Button>
          <Button type="submit" loading={prove.isPending || factor.isPending}>
            Go on
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
