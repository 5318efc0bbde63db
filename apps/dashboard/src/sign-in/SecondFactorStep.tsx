import { Anchor, Button, PinInput, Stack, Text, TextInput } from "@mantine/core";
import { useState } from "react";
import { FormProblem } from "./FormProblem.tsx";
import { useSecondFactor } from "./use-sign-in.ts";

export interface SecondFactorStepProps {
  readonly next: string;
  readonly onStartOver: () => void;
}

/** The code of an authenticator, or one of the codes that were kept for the day it is lost. */
export function SecondFactorStep({ next, onStartOver }: SecondFactorStepProps) {
  const [isRecovery, setRecovery] = useState(false);
  const [code, setCode] = useState("");
  const answer = useSecondFactor({ next });
  const send = (value: string) => answer.mutate({ code: value }, { onError: () => setCode("") });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        send(code);
      }}
    >
      <Stack>
        <FormProblem error={answer.error} />
        {isRecovery ? (
          <TextInput
            label="Recovery code"
            description="One of the codes that you kept. Each works once."
            autoComplete="one-time-code"
            spellCheck={false}
            autoFocus
            required
            withAsterisk={false}
            value={code}
            onChange={({ currentTarget }) => setCode(currentTarget.value)}
          />
        ) : (
          <div>
            <Text size="sm" mb="xs">
              The six digits that your authenticator shows now.
            </Text>
            <PinInput
              length={6}
              type="number"
              oneTimeCode
              autoFocus
              aria-label="Digit of the code"
              value={code}
              onChange={setCode}
              onComplete={send}
              disabled={answer.isPending}
            />
          </div>
        )}
        <Button type="submit" loading={answer.isPending} disabled={code === ""}>
          Sign in
        </Button>
        <Anchor
          component="button"
          type="button"
          size="sm"
          onClick={() => {
            setRecovery(!isRecovery);
            setCode("");
            answer.reset();
          }}
        >
          {isRecovery ? "Use the authenticator" : "Use a recovery code"}
        </Anchor>
        <Anchor component="button" type="button" size="sm" onClick={onStartOver}>
          Start over
        </Anchor>
      </Stack>
    </form>
  );
}
