import type { Permission, Purpose } from "../../../clouds/permissions";

/** A policy document in docs/policies/. */
export interface Document {
  /** Intended user. */
  readonly title: string;
  readonly purposes: readonly Purpose[];
}

/** The documents of one cloud, one per task, and its part of docs/permissions.md. */
export interface CloudDocuments {
  readonly documents: Readonly<Record<string, Document>>;
  /** The text of a document, as the cloud's own command takes it. */
  readonly policy: (name: string, document: Document) => string;
  /** How the documents are used, and what else there is to know. Markdown. */
  readonly use: string;
  readonly permissions: readonly Permission[];
}

/** Purposes of `up` and `destroy`, without a boot check and a key. */
export const PUBLISHER: readonly Purpose[] = ["publish", "share", "point", "delete", "ask"];
