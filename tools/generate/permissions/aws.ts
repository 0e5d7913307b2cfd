import { TAG } from "../../../facts/tags";
import { AWS_PERMISSIONS } from "../../../clouds/aws/permissions";
import { permissionsFor, type Purpose } from "../../../clouds/permissions";
import { type CloudDocuments, type Document, PUBLISHER } from "./cloud";

type Statement = {
  Effect: "Allow";
  Action: string | string[];
  Resource: string | string[];
  Condition?: object;
};

export const aws: CloudDocuments = {
  permissions: AWS_PERMISSIONS,
  policy,
  documents: {
    publisher: { title: "`pulumi up` and `destroy`", purposes: PUBLISHER },
    "boot-check": { title: "on top, with `imprimatur:aws.bootCheck`", purposes: ["boot check"] },
    signer: { title: "on top, with `record.signWith.kms: awskms:…`", purposes: ["sign"] },
    auditor: { title: "`imprimatur audit` and `imprimatur retention`", purposes: ["audit"] },
    sweeper: { title: "`imprimatur sweep`", purposes: ["sweep"] },
    verifier: { title: "`imprimatur verify`, in any account", purposes: ["verify"] },
  },
  use: `\`\`\`sh
aws iam create-policy --policy-name imprimatur-publisher --policy-document file://docs/policies/aws-publisher.json
aws iam attach-role-policy --role-name <publisher> --policy-arn arn:aws:iam::<account>:policy/imprimatur-publisher
\`\`\`

Asking is \`iam:SimulatePrincipalPolicy\` on the publisher itself. It sees the policies and the boundary of the user or role, and not the
organisation's policies in every case; the path of a role is not in its session's name, so a role with a path cannot be asked about. Where
a policy has conditions that only the real call can meet, as the boot check's has, nothing is refused beforehand.`,
};

/** An IAM policy. */
function policy(name: string, { purposes }: Document): string {
  const actions = actionsFor(purposes);
  const statements = (STATEMENTS[name] ?? plain)(actions);
  return JSON.stringify({ Version: "2012-10-17", Statement: statements });
}

const STATEMENTS: Partial<Record<string, (actions: readonly string[]) => Statement[]>> = {
  "boot-check": bootCheck,
  sweeper,
};

function actionsFor(purposes: readonly Purpose[]): string[] {
  return permissionsFor(AWS_PERMISSIONS, purposes).map(({ name }) => name);
}

function plain(actions: readonly string[]): Statement[] {
  return [{ Effect: "Allow", Action: [...actions], Resource: "*" }];
}

/**
 * Instances of these types only, tagged as a check's, without a public address, IMDSv2 only; and only such instances
 * may be terminated. Condition keys: Service Authorization Reference of EC2, from memory, 2026-11; not tried on AWS
 * yet.
 */
function bootCheck(actions: readonly string[]): Statement[] {
  const launch = {
    Effect: "Allow" as const,
    Action: "ec2:RunInstances",
  };
  const statements: Statement[] = [
    {
      ...launch,
      Resource: "arn:aws:ec2:*:*:instance/*",
      Condition: {
        StringEquals: {
          "ec2:InstanceType": ["t3.micro", "t4g.micro"],
          "ec2:MetadataHttpTokens": "required",
        },
        Null: { [`aws:RequestTag/${TAG.bootCheck}`]: "false" },
      },
    },
    {
      ...launch,
      Resource: "arn:aws:ec2:*:*:network-interface/*",
      Condition: { Bool: { "ec2:AssociatePublicIpAddress": "false" } },
    },
    {
      ...launch,
      Resource: ["image", "snapshot"]
        .map((kind) => `arn:aws:ec2:*::${kind}/*`)
        .concat(["security-group", "subnet", "volume"].map((kind) => `arn:aws:ec2:*:*:${kind}/*`)),
    },
    {
      Effect: "Allow",
      Action: "ec2:CreateTags",
      Resource: ["instance", "volume", "network-interface"].map((kind) => `arn:aws:ec2:*:*:${kind}/*`),
      Condition: { StringEquals: { "ec2:CreateAction": "RunInstances" } },
    },
    onChecked(["ec2:GetConsoleOutput", "ec2:TerminateInstances"]),
  ];
  return withRest(statements, actions);
}

/**
 * Only instances of boot checks may be terminated. Images and snapshots left by a crash have no tag to identify them.
 */
function sweeper(actions: readonly string[]): Statement[] {
  return withRest([onChecked(["ec2:TerminateInstances"])], actions);
}

function onChecked(actions: string[]): Statement {
  return {
    Effect: "Allow",
    Action: actions,
    Resource: "arn:aws:ec2:*:*:instance/*",
    Condition: { Null: { [`aws:ResourceTag/${TAG.bootCheck}`]: "false" } },
  };
}

/** Remaining actions get a statement without a condition. */
function withRest(statements: readonly Statement[], actions: readonly string[]): Statement[] {
  const stated = new Set(statements.flatMap(({ Action }) => Action));
  const rest = actions.filter((action) => !stated.has(action));
  const unknown = [...stated].filter((action) => !actions.includes(action));
  if (unknown.length > 0) throw new Error(`no row of the table says what needs ${unknown.join(", ")}`);
  return [...statements, ...plain(rest)];
}
