import type { Purpose } from "../../../clouds/permissions";

export interface Document {
  /** Intended user. */
  readonly title: string;
  readonly purposes: readonly Purpose[];
}

/** Purposes of `up` and `destroy`, without a boot check and a key. */
const PUBLISHER: readonly Purpose[] = ["publish", "share", "point", "delete", "ask"];

/** The documents in docs/policies/, by cloud: one per task. */
export const DOCUMENTS = {
  aws: {
    publisher: { title: "`pulumi up` and `destroy`", purposes: PUBLISHER },
    "boot-check": { title: "on top, with `imprimatur:aws.bootCheck`", purposes: ["boot check"] },
    signer: { title: "on top, with `record.signWith.kms: awskms:…`", purposes: ["sign"] },
    auditor: { title: "`imprimatur audit` and `imprimatur retention`", purposes: ["audit"] },
    sweeper: { title: "`imprimatur sweep`", purposes: ["sweep"] },
    verifier: { title: "`imprimatur verify`, in any account", purposes: ["verify"] },
  },
  gcp: {
    publisher: { title: "`pulumi up` and `destroy`, with a bucket that is there", purposes: PUBLISHER },
    "bucket-maker": { title: "on top, with `bucket.exists: false`", purposes: ["place"] },
    signer: { title: "on top, with `record.signWith.kms: gcpkms:…`", purposes: ["sign"] },
    auditor: { title: "`imprimatur audit`", purposes: ["audit"] },
    sweeper: { title: "`imprimatur sweep`", purposes: ["sweep"] },
    verifier: { title: "`imprimatur verify`, of an image that not everybody may use", purposes: ["verify"] },
  },
  azure: {
    publisher: {
      title: "`pulumi up` and `destroy`, on the resource group",
      purposes: ["publish", "share", "delete", "ask"],
    },
    "group-maker": {
      title: "on top, on the subscription, with `resourceGroup.exists: false`",
      purposes: ["place"],
    },
    signer: { title: "on top, with `record.signWith.kms: azurekms:…`", purposes: ["sign"] },
    auditor: { title: "`imprimatur audit`", purposes: ["audit"] },
    sweeper: { title: "`imprimatur sweep`", purposes: ["sweep"] },
    verifier: { title: "`imprimatur verify`, in any subscription", purposes: ["verify"] },
  },
} as const satisfies Record<string, Record<string, Document>>;
