import { workRows } from "./catalogue.ts";
import { testRows } from "./test-rows.ts";

testRows(workRows);
