import { expectation } from "../../../config/expectation";

test("who declares no clouds is held to the same ones, however many the product has", () => {
  expect(expectation.parse({}).clouds).toEqual(["aws", "gcp", "azure"]);
});
