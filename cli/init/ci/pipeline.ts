import type { Cloud } from "../../../facts/clouds";

/** Facts about a project that its pipeline depends on. */
export interface Pipeline {
  readonly product: string;
  readonly clouds: readonly CloudPipeline[];
  /** Secrets are encrypted with a passphrase, and not with a key in a KMS. */
  readonly hasPassphrase: boolean;
  /** Records are signed with a key in a file, and not with one in a KMS. */
  readonly hasKeyFile: boolean;
}

/** How a job gets the credentials of one cloud for an OpenID token of its own: no secret of the cloud is kept anywhere. */
export interface CloudPipeline {
  readonly cloud: Cloud;
  readonly github: {
    /** Variables of the repository that must be set, with what they hold. */
    readonly variables: Readonly<Record<string, string>>;
    /** Environment of every job, as YAML indented by two; "" for none. */
    readonly env: string;
    /** A step, as YAML indented by six; "" for none. */
    readonly step: string;
  };
  readonly gitlab: {
    readonly variables: Readonly<Record<string, string>>;
    /** Name and audience of the job's token. Absent: the cloud takes none. */
    readonly token?: readonly [name: string, audience: string];
    /** Lines of `before_script`, each one command. */
    readonly commands: readonly string[];
  };
}

/** A pipeline's file, by its path in the project. */
export interface CiSystem {
  readonly file: string;
  readonly write: (pipeline: Pipeline) => string;
}

/** Lines indented by so many spaces; empty ones stay empty. */
export function indented(text: string, spaces: number): string {
  return text.replaceAll(/^(?=.)/gm, " ".repeat(spaces));
}

/**
 * Exit codes of `plan`: 10 to 12 are changes, and 13 names guarded ones that are not allowed, which saves no plan.
 */
export const PLAN = `code=0
npx imprimatur plan --stack "$STACK" --ci --markdown --save plan.json > plan.md || code=$?
case $code in 0 | 10 | 11 | 12 | 13) ;; *) cat plan.md; exit "$code" ;; esac`;

/** The raw disks that the plan uploads, each by its SHA-256: below $DISKS_URL there is <sha256>.raw. */
export const DISKS = `jq --raw-output '.publication.statements[] | select(.kind == "upload") | .release' plan.json | sort --unique > uploads
while read -r version; do
  jq --raw-output '.images[] | "\\(.sha256 // error(.file + " has no sha256: imprimatur inspect --digests")) \\(.file)"' "images/$STACK/$version.json" > disks
  while read -r sha256 file; do
    curl --fail --silent --show-error --location --output "images/$STACK/$file" "$DISKS_URL/$sha256.raw"
    echo "$sha256  images/$STACK/$file" | sha256sum --check
  done < disks
done < uploads`;

/** Records of all releases, as the last up signed them: they are outputs of the stack. */
export const STALE = `npx imprimatur pulumi stack output records --stack "$STACK" --json > records.json
mkdir -p records
jq --raw-output 'keys[]' records.json > versions
while read -r version; do
  jq --raw-output --arg version "$version" '.[$version] | if type == "string" then . else tojson end' records.json > "records/$version.sigstore.json"
done < versions
npx imprimatur stale --records records --sboms images --key "$STACK.pub.pem"`;

/** Edits the stack file where it has a policy; prints nothing if nothing is due. */
export const RETENTION = `if ! grep --quiet '^  imprimatur:policy:' "stacks/Pulumi.$STACK.yaml"; then echo "no imprimatur:policy"; exit 0; fi
npx imprimatur retention --stack "$STACK" --write > retention.patch
if git diff --quiet -- stacks; then exit 0; fi
git switch --create "retention-$(date --utc +%Y-%m-%d)"
git -c user.name=imprimatur -c user.email=imprimatur@localhost.localdomain commit --quiet --message "Retention: what imprimatur:policy says for today" -- stacks`;
