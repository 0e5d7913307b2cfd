import { definitionFor } from "../../facts/hyper-v";
import { type AccountOption, accountFrom, type TryCloud } from "../try/cloud";

const ACCOUNT: AccountOption = {
  name: "subscription",
  variables: ["ARM_SUBSCRIPTION_ID", "AZURE_SUBSCRIPTION_ID"],
};

export const azureTry: TryCloud = {
  home: "westeurope",
  account: ACCOUNT,
  accountOf: async (given) => accountFrom(ACCOUNT, given),
  section: ({ name, account, regions, disk }) => ({
    subscriptionId: account,
    resourceGroup: { name },
    location: regions[0],
    gallery: { name: name.replaceAll("-", "_") },
    definition: definitionFor(disk?.bootMode),
    regions: Object.fromEntries(regions.map((region) => [region, {}])),
  }),
  questions: (shown, { name, account = "", regions: [home = ""] }) =>
    Object.values(shown).flatMap((id) => {
      const where = ["--region", home, "--subscription", account, "--resource-group", name];
      return typeof id === "string" ? [[id, ...where, "--bytes"]] : [];
    }),
  // The uploaded disk, and temporary ones to read versions. Each replica is billed as a snapshot.
  billed: (regions) =>
    `at most three standard disks at a time, each of the smallest tier that the disk fits, and ${regions > 1 ? `${regions} replicas` : "one replica"} of an image version`,
  removal: ({ object: { kind, id } }) =>
    kind === "resource group"
      ? `az group delete --name ${id}`
      : "delete its resource group with `az group delete`",
};
