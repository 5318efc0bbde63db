import { deliveryRows } from "./catalogue.ts";
import { testRows } from "./test-rows.ts";

testRows(deliveryRows);
