import { Button, Code, Group, Stack, Text, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { type Outputs, useTRPC } from "../api/trpc.ts";
import { CopyButton } from "../design/CopyButton.tsx";
import { FormProblem } from "../sign-in/FormProblem.tsx";
import { QrCode } from "./QrCode.tsx";
import { RecoveryCodes } from "./RecoveryCodes.tsx";

export interface EnrolSecondFactorProps {
  readonly seed: Outputs["secondFactor"]["begin"];
  readonly onDone: () => void;
}

/** The seed goes into the authenticator, a code comes back, and then the recovery codes are shown. */
export function EnrolSecondFactor({ seed, onDone }: EnrolSecondFactorProps) {
  const trpc = useTRPC();
  const confirm = useMutation(trpc.secondFactor.confirm.mutationOptions());
  const [code, setCode] = useState("");
  if (confirm.data) return <RecoveryCodes codes={confirm.data.recoveryCodes} onDone={onDone} />;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        confirm.mutate({ code });
      }}
    >
      <Stack>
        <Text size="sm">Scan this with your authenticator, or type the key into it.</Text>
        <Group align="flex-start">
          <QrCode text={seed.uri} label="The key as a QR code" />
          <Stack gap={4} style={{ flex: "1 1 200px" }}>
            <Text size="sm" fw={500}>
              Key
            </Text>
            <Group gap={4} wrap="nowrap">
              <Code style={{ overflowWrap: "anywhere" }}>{seed.seed}</Code>
              <CopyButton value={seed.seed} label="Copy the key" />
            </Group>
          </Stack>
        </Group>
        <FormProblem error={confirm.error} />
        <TextInput
          label="Code"
          description="The six digits that it shows now."
          inputMode="numeric"
          autoComplete="one-time-code"
          maw={200}
          required
          withAsterisk={false}
          value={code}
          onChange={({ currentTarget }) => setCode(currentTarget.value)}
        />
        <Group justify="flex-end">
          <Button type="submit" loading={confirm.isPending}>
            Switch it on
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
