import { Environment } from "@marcbachmann/cel-js";

/** @type {import("../engine/side.ts").ExpressionSide} */
export const side = {
  name: "@marcbachmann/cel-js",
  compile(text) {
    const environment = new Environment();
    for (const name of ["userId", "region", "plan", "appVersion"])
      environment.registerVariable(name, "string");
    const evaluate = environment.parse(text);
    return (context) => evaluate(context) === true;
  },
};
