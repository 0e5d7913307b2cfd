import { type AccountOption, accountFrom, type TryCloud } from "../try/cloud";

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
  billed: () => "an image and its archive in a bucket",
  removal: ({ object: { kind, id } }) =>
    ({
      image: `gcloud compute images delete ${id}`,
      bucket: `gcloud storage rm --recursive gs://${id}`,
    })[kind] ?? "delete it in the console",
};
