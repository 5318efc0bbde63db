import { Alert, Button, Stack, Text, TextInput } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { codeOf } from "../api/problem.ts";
import { type Outputs, useTRPC } from "../api/trpc.ts";
import { AnchorLink } from "../design/links.tsx";
import { ScreenTitle } from "../design/ScreenTitle.tsx";
import { SkeletonForm } from "../design/skeletons.tsx";
import { TimeAgo } from "../design/TimeAgo.tsx";
import { FormProblem } from "./FormProblem.tsx";
import { PasswordField } from "./PasswordField.tsx";
import { SecondFactorStep } from "./SecondFactorStep.tsx";
import { useFollow, useJoin } from "./use-sign-in.ts";

type Invited = Outputs["invitations"]["open"];

/** What an invitation's link leads to: who invites, to what, and the way in. */
export function Invitation() {
  const trpc = useTRPC();
  const [token] = useState(() => window.location.hash.slice(1));
  const { mutate, data, error } = useMutation(trpc.invitations.open.mutationOptions());
  const session = useQuery(trpc.auth.session.queryOptions());
  useEffect(() => mutate({ token }), [mutate, token]);
  if (error) return <Gone error={error} />;
  if (!data || session.isPending) return <SkeletonForm fields={3} />;
  return (
    <Stack>
      <ScreenTitle title={`Join ${data.tenant}`} />
      <Text size="sm">
        {data.email} is invited to {data.tenant} as <b>{data.role}</b>. The invitation ends{" "}
        <TimeAgo at={data.expiresAt} />.
      </Text>
      {session.data ? (
        <AcceptAsSelf token={token} email={session.data.user.email} />
      ) : (
        <JoinByPassword token={token} invited={data} />
      )}
    </Stack>
  );
}

function JoinByPassword({ token, invited }: { readonly token: string; readonly invited: Invited }) {
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  const [isSecondStep, setSecondStep] = useState(false);
  const join = useJoin({ next: "/", onSecondFactor: () => setSecondStep(true) });
  if (isSecondStep) return <SecondFactorStep next="/" onStartOver={() => setSecondStep(false)} />;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        join.mutate({ token, name, password });
      }}
    >
      <Stack>
        <FormProblem error={join.error} />
        <input type="hidden" name="username" autoComplete="username" value={invited.email} readOnly />
        <TextInput
          label="Your name"
          autoComplete="name"
          required
          withAsterisk={false}
          autoFocus
          value={name}
          onChange={({ currentTarget }) => setName(currentTarget.value)}
        />
        <PasswordField
          label="Password"
          autoComplete="new-password"
          description="Your account's where you have one by this address; else the new account's, with at least 12 characters."
          value={password}
          onChange={setPassword}
        />
        <Button type="submit" loading={join.isPending}>
          Join
        </Button>
      </Stack>
    </form>
  );
}

function AcceptAsSelf({ token, email }: { readonly token: string; readonly email: string }) {
  const trpc = useTRPC();
  const follow = useFollow({ next: "/" });
  const accept = useMutation(
    trpc.invitations.accept.mutationOptions({ onSuccess: () => follow({ status: "signed_in" }) }),
  );
  return (
    <Stack>
      <FormProblem error={accept.error} />
      <Button loading={accept.isPending} onClick={() => accept.mutate({ token })}>
        Join as {email}
      </Button>
    </Stack>
  );
}

function Gone({ error }: { readonly error: unknown }) {
  const isGone = ["invitation_not_found", "invalid_input"].includes(codeOf(error));
  return (
    <Stack>
      <ScreenTitle title="Invitation" />
      {isGone ? (
        <Alert color="gray" variant="light" role="alert" title="This invitation is not good any more">
          It was used, taken back, or has ended. Ask whoever invited you for another one.
        </Alert>
      ) : (
        <FormProblem error={error} />
      )}
      <AnchorLink to="/sign-in" size="sm">
        Sign in
      </AnchorLink>
    </Stack>
  );
}
