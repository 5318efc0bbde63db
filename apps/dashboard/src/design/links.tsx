/** Mantine's components as links of the router: they take `to`, `params` and `search`, all typed by the routes. */
import {
  Anchor,
  type AnchorProps,
  Button,
  type ButtonProps,
  Card,
  type CardProps,
  Menu,
  type MenuItemProps,
  NavLink,
  type NavLinkProps,
} from "@mantine/core";
import { createLink } from "@tanstack/react-router";
import type { ReactNode, Ref } from "react";

/** What the router gives to each of them. */
interface LinkParts {
  readonly ref?: Ref<HTMLAnchorElement>;
  readonly children?: ReactNode;
  readonly "aria-label"?: string;
}

export const AnchorLink = createLink((props: AnchorProps & LinkParts) => <Anchor {...props} />);
export const ButtonLink = createLink((props: ButtonProps & LinkParts) => <Button component="a" {...props} />);
export const CardLink = createLink((props: CardProps & LinkParts) => <Card component="a" {...props} />);
export const MenuItemLink = createLink((props: MenuItemProps & LinkParts) => (
  <Menu.Item component="a" {...props} />
));
export const NavLinkLink = createLink((props: NavLinkProps & LinkParts) => (
  <NavLink component="a" {...props} />
));
