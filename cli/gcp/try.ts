import { type AccountOption, accountFrom, type TryCloud } from "../try/cloud";
import { DAY, GIB } from "../try/cost";

const ACCOUNT: AccountOption = {
  name: "project",
  variables: ["GOOGLE_PROJECT", "GOOGLE_CLOUD_PROJECT", "GCLOUD_PROJECT", "CLOUDSDK_CORE_PROJECT"],
};

export const gcpTry: TryCloud = {
  home: "europe-west1",
  account: ACCOUNT,
  accountOf: async (given) => accountFrom(ACCOUNT, given),
  section: ({ name, account, regions: [home] }) => ({
    project: account,
    bucket: { name: `${name}-archives`, location: home },
    image: { storageLocations: [home] },
  }),
  questions: (shown) => Object.values(shown).flatMap((id) => (typeof id === "string" ? [[id]] : [])),
  // cloud.google.com/compute/disks-image-pricing 0.085 per GiB and month, cloud.google.com/storage/pricing 0.03.
  cost() {
    const month = GIB * (0.085 + 0.03);
    return { day: month * DAY + 0.001, month };
  },
  removal: ({ object: { kind, id } }) =>
    ({
      image: `gcloud compute images delete ${id}`,
      bucket: `gcloud storage rm --recursive gs://${id}`,
    })[kind] ?? "delete it in the console",
};
