import { readdirSync } from "node:fs";
import path from "node:path";

export type Cloud = "aws" | "gcp" | "azure";

const DOCUMENTS = path.join(__dirname, "../docs/policies");

/** Names of the documents in docs/policies/ for a cloud: `publisher`, `auditor`. */
export function publishedDocuments(cloud: Cloud): string[] {
  return readdirSync(DOCUMENTS)
    .filter((file) => file.startsWith(`${cloud}-`))
    .map((file) => file.slice(cloud.length + 1, -".json".length));
}

/**
 * The fault of a stand-in cloud after which its publisher has these documents and no other right.
 *
 * @param without rights taken out of them
 */
export function rightsFault(
  cloud: Cloud,
  documents: readonly string[] = publishedDocuments(cloud),
  without: readonly string[] = [],
): object {
  if (cloud === "aws") return { kind: "policy", documents, without };
  const names = documents.map((name) => `imprimatur/${name}`);
  return { kind: "roles", roles: cloud === "gcp" ? names : names.map((role) => ({ role })), without };
}
