/** How somebody checks an image of the catalogue. */
import type { Cloud } from "../facts/clouds";
import { shellWord } from "../facts/shell";
import type { UsedImage } from "./cloud";
import { CATALOGUE_CLOUDS } from "./clouds";
import type { Catalogue, CatalogueRelease } from "./model";

/** Options that say whose word counts. */
function signerOptions({ signers }: Pick<Catalogue, "signers">): string[] {
  return signers.flatMap((signer) =>
    "pem" in signer
      ? ["--key", baseName(signer.file)]
      : ["--certificate-identity", signer.identity, "--certificate-oidc-issuer", signer.issuer],
  );
}

/** `imprimatur verify` of one image, with what was downloaded lying in the current folder. */
export function verifyCommand(
  catalogue: Pick<Catalogue, "signers">,
  release: Pick<CatalogueRelease, "record" | "product" | "provenance">,
  { cloud, image }: { cloud: Cloud; image: UsedImage },
): string {
  const expected = release.provenance === "official" ? ["--official"] : [];
  const words = [
    ...["verify", cloud, ...CATALOGUE_CLOUDS[cloud].verifyArguments(image)],
    ...["--record", baseName(release.record), ...signerOptions(catalogue)],
    ...["--product", release.product, ...expected],
  ];
  return `npx imprimatur ${words.map(shellWord).join(" ")}`;
}

/** Downloads of what {@link verifyCommand} needs; empty while the site has no address. */
export function downloadCommands(
  { url, signers }: Pick<Catalogue, "signers" | "url">,
  { record, notice }: Pick<CatalogueRelease, "record" | "notice">,
): string[] {
  if (url === undefined) return [];
  return [...keyFiles({ signers }), record, ...(notice === undefined ? [] : [notice])].map(
    (file) => `curl -fO ${shellWord(`${url}/${file}`)}`,
  );
}

/** Files of the publisher's public keys; none where it signs by an identity. */
export function keyFiles({ signers }: Pick<Catalogue, "signers">): string[] {
  return signers.flatMap((signer) => ("pem" in signer ? [signer.file] : []));
}

export function baseName(file: string): string {
  return file.slice(file.lastIndexOf("/") + 1);
}
