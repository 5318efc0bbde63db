import { CelScalar, celEnv, parse, plan } from "@bufbuild/cel";

/** @type {import("../engine/side.ts").ExpressionSide} */
export const side = {
  name: "@bufbuild/cel",
  compile(text) {
    const variables = Object.fromEntries(
      ["userId", "region", "plan", "appVersion"].map((name) => [name, CelScalar.STRING]),
    );
    const evaluate = plan(celEnv({ variables }), parse(text));
    return (context) => evaluate(context) === true;
  },
};
