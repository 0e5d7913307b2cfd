import { readdirSync } from "node:fs";
import path from "node:path";

export type Cloud = "aws" | "gcp" | "azure";

const DOCUMENTS = path.join(__dirname, "../docs/policies");

/** Names of the documents in docs/policies/ for a cloud, e.g. `publisher`, `auditor`. */
export function publishedDocuments(cloud: Cloud): string[] {
  return readdirSync(DOCUMENTS)
    .filter((file) => file.startsWith(`${cloud}-`))
    .map((file) => file.slice(cloud.length + 1, -".json".length));
}

/** The caller whose rights are set, and the rights taken out of the documents. */
interface Whose {
  who?: "publisher" | "stranger";
  without?: readonly string[];
}

/** The fault that limits a caller of a stand-in cloud to these documents' rights. */
export function rightsFault(
  cloud: Cloud,
  documents: readonly string[] = publishedDocuments(cloud),
  { who = "publisher", without = [] }: Whose = {},
): object {
  if (cloud === "aws") return { kind: "policy", account: who, documents, without };
  const names = documents.map((name) => `imprimatur/${name}`);
  return { kind: "roles", who, roles: cloud === "gcp" ? names : names.map((role) => ({ role })), without };
}
