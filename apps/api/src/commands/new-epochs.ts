/** `npm run new-epochs`: after a database was restored, tells every reader that its revisions are others than those that they saw. */
import { renewEpochs } from "../environments/renew-epochs.ts";
import { runOnDatabase } from "./run-on-database.ts";

await runOnDatabase({
  name: "burgee-new-epochs",
  otherwise: "Not every environment has a new epoch; run it once more",
  run: renewEpochs,
});
