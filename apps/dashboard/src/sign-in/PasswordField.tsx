import { PasswordInput } from "@mantine/core";
import { type KeyboardEvent, type ReactNode, useState } from "react";

export interface PasswordFieldProps {
  readonly label: string;
  readonly autoComplete: "current-password" | "new-password";
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly description?: ReactNode;
  readonly error?: ReactNode;
  readonly autoFocus?: boolean;
}

/** A password, which can be looked at, and which says when the capital letters are locked. */
export function PasswordField({ label, value, onChange, description, error, ...others }: PasswordFieldProps) {
  const [isLocked, setLocked] = useState(false);
  const look = (event: KeyboardEvent) => setLocked(event.getModifierState("CapsLock"));
  return (
    <PasswordInput
      label={label}
      name="password"
      required
      withAsterisk={false}
      value={value}
      onChange={({ currentTarget }) => onChange(currentTarget.value)}
      onKeyDown={look}
      onKeyUp={look}
      onBlur={() => setLocked(false)}
      description={isLocked ? "Caps Lock is on." : description}
      error={error}
      visibilityToggleButtonProps={{ "aria-label": "Show the password", tabIndex: 0 }}
      {...others}
    />
  );
}
