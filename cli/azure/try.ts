import { type AccountOption, accountFrom, type TryCloud } from "../try/cloud";
import { DAY, GIB } from "../try/cost";

const ACCOUNT: AccountOption = {
  name: "subscription",
  variables: ["ARM_SUBSCRIPTION_ID", "AZURE_SUBSCRIPTION_ID"],
};

export const azureTry: TryCloud = {
  home: "westeurope",
  account: ACCOUNT,
  accountOf: async (given) => accountFrom(ACCOUNT, given),
  section: ({ name, account, regions }) => ({
    subscriptionId: account,
    resourceGroup: { name },
    location: regions[0],
    gallery: { name: name.replaceAll("-", "_") },
    regions: Object.fromEntries(regions.map((region) => [region, {}])),
  }),
  questions: (shown, { name, account = "", regions: [home = ""] }) =>
    Object.values(shown).flatMap((id) => {
      const where = ["--region", home, "--subscription", account, "--resource-group", name];
      return typeof id === "string" ? [[id, ...where, "--bytes"]] : [];
    }),
  // A standard HDD of 32 GiB is 1.54 a month (source: audit/sweep/leftover.ts), at most three at a time: the uploaded
  // one, and temporary ones to read versions. A replica is billed as a snapshot, 0.05 per GiB.
  cost(regions) {
    const month = 3 * 1.54 + regions * GIB * 0.05;
    return { day: month * DAY, month };
  },
  removal: ({ object: { kind, id } }) =>
    kind === "resource group"
      ? `az group delete --name ${id}`
      : "delete its resource group with `az group delete`",
};
