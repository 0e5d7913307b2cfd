import { accountOf } from "../../../../../rehearsal/plugins/azure/account";

test("the variables of the SDKs and of the rehearsal's own tools are ignored, and `az` is asked", () => {
  const env = {
    ...{ AZURE_TOKEN: "t", AZURE_SUBSCRIPTION_ID: "s", AZURE_CLIENT_ID: "c", AZURE_CLIENT_SECRET: "x" },
    PATH: "",
  };
  expect(() => accountOf({}, env)).toThrow("Please run 'az login', or set ARM_CLIENT_ID");
});
