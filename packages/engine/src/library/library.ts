import { compileVersionOrder } from "../expressions/version-order.ts";
import type { Library } from "../values/run.ts";
import { accessors } from "./accessors.ts";
import { cidr } from "./cidr.ts";
import { compileFurther } from "./compile-further.ts";
import { conversions } from "./conversions.ts";
import { operators } from "./operators.ts";
import { priced } from "./prices.ts";
import { stringMethods } from "./strings.ts";

/** All of the language but what every evaluation has, and `matches`: what `prepare` takes as its `library`. */
export const library: Library = {
  meanings: priced({ ...operators, cidr, ...conversions, ...stringMethods, ...accessors }),
  compile: compileFurther,
  shortcut: compileVersionOrder,
};
