import { Button, Stack, Text, TextInput } from "@mantine/core";
import { useState } from "react";
import { problemOf } from "../api/problem.ts";
import { AnchorLink } from "../design/links.tsx";
import { ScreenTitle } from "../design/ScreenTitle.tsx";
import { FormProblem } from "./FormProblem.tsx";
import { PasswordField } from "./PasswordField.tsx";
import { useSignUp } from "./use-sign-in.ts";

/** A new person, and the tenant that they own. */
export function SignUp() {
  const [form, setForm] = useState({ name: "", email: "", password: "", tenant: "" });
  const signUp = useSignUp({ next: "/welcome" });
  const set = (field: keyof typeof form) => (value: string) => setForm({ ...form, [field]: value });
  const errorOf = issueFinder(signUp.error);
  return (
    <Stack>
      <ScreenTitle title="Create an account" />
      <form
        onSubmit={(event) => {
          event.preventDefault();
          signUp.mutate(form);
        }}
      >
        <Stack>
          <FormProblem error={signUp.error} />
          <TextInput
            label="Your name"
            autoComplete="name"
            required
            withAsterisk={false}
            autoFocus
            value={form.name}
            error={errorOf("name")}
            onChange={({ currentTarget }) => set("name")(currentTarget.value)}
          />
          <TextInput
            label="Email"
            type="email"
            autoComplete="username"
            required
            withAsterisk={false}
            value={form.email}
            error={errorOf("email")}
            onChange={({ currentTarget }) => set("email")(currentTarget.value)}
          />
          <PasswordField
            label="Password"
            autoComplete="new-password"
            description="At least 12 characters; a few words do well."
            value={form.password}
            error={errorOf("password")}
            onChange={set("password")}
          />
          <TextInput
            label="Organisation"
            description="The tenant that your projects belong to."
            autoComplete="organization"
            required
            withAsterisk={false}
            value={form.tenant}
            error={errorOf("tenant")}
            onChange={({ currentTarget }) => set("tenant")(currentTarget.value)}
          />
          <Button type="submit" loading={signUp.isPending}>
            Create the account
          </Button>
        </Stack>
      </form>
      <Text size="sm" c="dimmed">
        You have one?{" "}
        <AnchorLink to="/sign-in" inherit>
          Sign in
        </AnchorLink>
      </Text>
    </Stack>
  );
}

/** What the server says of one field of what was sent. */
function issueFinder(error: unknown): (field: string) => string | undefined {
  const issues = error === null ? [] : problemOf(error).issues;
  return (field) => issues.find(({ pointer }) => pointer === `/${field}`)?.message;
}
