/** Questions of `imprimatur init` that do not depend on the clouds. */
import { existsSync } from "node:fs";
import { kmsUri } from "../../config/kms";
import { product as productSchema } from "../../config/product";
import { CLOUDS, isCloud } from "../../facts/clouds";
import { splitList } from "../../facts/words";
import { type Question, refusedBy } from "./answers";
import { CI_SYSTEMS } from "./ci";

export const PASSPHRASE = "passphrase";
export const KEY_FILE = "file";
export const BACKEND: Question = {
  flag: "--backend",
  asks: "Where the state is kept: file://…, s3://…, gs://… or azblob://…",
  fallback: "file://~",
  refuses: (answer) =>
    /^(file:\/\/.+|s3:\/\/[a-z0-9][a-z0-9.-]+|gs:\/\/[a-z0-9][a-z0-9._-]+|azblob:\/\/[a-z0-9$-]+)/.test(
      answer,
    )
      ? undefined
      : `${answer}: needs file://~, file:///folder, s3://bucket, gs://bucket or azblob://container`,
};
/** Of pulumi.com/docs/iac/concepts/secrets, "Available encryption providers" (2026-11). */
export const SECRETS: Question = {
  flag: "--secrets",
  asks: `What encrypts the state's secrets: ${PASSPHRASE}, or a key as awskms://…, gcpkms://… or azurekeyvault://…`,
  fallback: PASSPHRASE,
  refuses: (answer) =>
    /^(passphrase|awskms:\/\/.+|gcpkms:\/\/projects\/.+\/cryptoKeys\/[^/]+|azurekeyvault:\/\/[^/]+\/keys\/.+)$/.test(
      answer,
    )
      ? undefined
      : `${answer}: needs ${PASSPHRASE}, awskms://<key>?region=<region>, gcpkms://projects/…/cryptoKeys/… or azurekeyvault://<vault>.vault.azure.net/keys/<key>`,
};
export const SIGN_WITH: Question = {
  flag: "--sign-with",
  asks: "The release key",
  refuses: (answer) => (answer === KEY_FILE ? undefined : refusedBy(kmsUri)(answer)),
};
export const CI: Question = {
  flag: "--ci",
  asks: "The pipeline's system",
  refuses: (answer) =>
    Object.hasOwn(CI_SYSTEMS, answer)
      ? undefined
      : `${answer}: there are ${Object.keys(CI_SYSTEMS).join(", ")}`,
};
export const PRODUCT: Question = {
  flag: "--product",
  asks: "Name of the product, as debian-13",
  refuses: refusedBy(productSchema.shape.name),
};
export const PUBLISHER: Question = {
  flag: "--publisher",
  asks: "Who answers for the images, as users know them",
  refuses: refusedBy(productSchema.shape.publisher),
};
export const OFFICIAL = "official";
export const ORIGIN: Question = {
  flag: "--official or --based-on",
  asks: `"${OFFICIAL}" if the publisher builds it from its own sources, else the product that it is made from, as Debian 13`,
  refuses: (answer) => (answer.length <= 64 ? undefined : "at most 64 characters"),
};
export const WHERE: Question = {
  flag: "--cloud",
  asks: `Where it is published (${CLOUDS.join(", ")}; several with commas)`,
  refuses: (answer) => {
    const wrong = splitList(answer).filter((name) => !isCloud(name));
    if (wrong.length > 0) return `${wrong.join(", ")}: is no cloud here; there are ${CLOUDS.join(", ")}`;
    return splitList(answer).length === 0 ? "at least one cloud is needed" : undefined;
  },
};
export const DISK: Question = {
  flag: "--disk",
  asks: "Raw disk of the first release (empty: none yet)",
  fallback: "",
  refuses: (answer) => (answer === "" || existsSync(answer) ? undefined : `${answer}: there is no such file`),
};
export const WHO: Question = {
  flag: "--public or --private",
  asks: "Who may use what is published: public or private",
  fallback: "private",
  refuses: (answer) => (/^(public|private)$/.test(answer) ? undefined : "public or private"),
};
