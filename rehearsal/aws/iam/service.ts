import type { Call } from "../call";
import { AwsError } from "../protocol/errors";
import { readForm } from "../protocol/query";
import { escapeXml } from "../protocol/xml";
import { failure, type Answer, type Service } from "../service";
import { sts } from "../sts/service";
import { simulate } from "./simulate";
import { arnOf } from "./users";

const VERSION = "2010-05-08";
const NAMESPACE = `https://iam.amazonaws.com/doc/${VERSION}/`;

/** Parameters of each action besides Action and Version, and its response. */
const ACTIONS: Readonly<
  Record<
    string,
    { takes: readonly string[]; answer: (call: Call, form: ReadonlyMap<string, string>) => string }
  >
> = {
  GetUser: { takes: ["UserName"], answer: user },
  ListRoles: { takes: ["Marker", "MaxItems", "PathPrefix"], answer: roles },
  SimulatePrincipalPolicy: {
    takes: ["PolicySourceArn", "ActionNames", "ResourceArns", "MaxItems"],
    answer: simulate,
  },
};

/**
 * IAM: a user's rights, and the two requests by which Terraform's AWS provider determines the account at start
 * (hashicorp/aws-sdk-go-base, awsauth.go, `getAccountIDAndPartition`, read 2026-11). Responses after the samples of
 * the IAM API reference.
 */
export const iam: Service = {
  action: (request) => readForm(request.body.toString() || request.query).get("Action") ?? "",

  async answer(request, action, call): Promise<Answer> {
    const known = ACTIONS[action];
    const form = readForm(request.body.toString() || request.query);
    if (!known || form.get("Version") !== VERSION)
      throw new AwsError("InvalidAction", `Could not find operation ${action} for version ${VERSION}`);
    const unknown = [...form.keys()].find(
      (key) => !["Action", "Version", ...known.takes].includes(key.replace(/\.member\.\d+$/, "")),
    );
    if (unknown !== undefined)
      throw new AwsError("ValidationError", `The parameter ${unknown} is not recognized`);
    return xml(
      200,
      `<${action}Response xmlns="${NAMESPACE}"><${action}Result>${known.answer(call, form)}</${action}Result><ResponseMetadata><RequestId>${call.requestId}</RequestId></ResponseMetadata></${action}Response>`,
    );
  },

  refuse(error, requestId): Answer {
    const { code, message, status } = failure(error, "ServiceFailure", 500);
    return xml(
      status,
      `<ErrorResponse xmlns="${NAMESPACE}"><Error><Type>Sender</Type><Code>${code}</Code><Message>${escapeXml(message)}</Message></Error><RequestId>${requestId}</RequestId></ErrorResponse>`,
    );
  },

  unauthenticated: (problem) => sts.unauthenticated(problem),
};

function user({ user: caller }: Call): string {
  const { name, accessKeyId } = caller;
  return `<User>${fields({
    Path: "/",
    UserName: name,
    UserId: `AIDA${accessKeyId.slice(4)}`,
    Arn: arnOf(caller),
    CreateDate: "2026-01-01T00:00:00Z",
  })}</User>`;
}

/** The one role of every account. */
function roles({ account }: Call): string {
  const role = fields({
    Path: "/aws-service-role/support.amazonaws.com/",
    RoleName: "AWSServiceRoleForSupport",
    RoleId: `AROA${account.accessKeyId.slice(4)}`,
    Arn: `arn:aws:iam::${account.id}:role/aws-service-role/support.amazonaws.com/AWSServiceRoleForSupport`,
    CreateDate: "2026-01-01T00:00:00Z",
  });
  return `<IsTruncated>false</IsTruncated><Roles><member>${role}</member></Roles>`;
}

function fields(values: Readonly<Record<string, string>>): string {
  return Object.entries(values)
    .map(([name, value]) => `<${name}>${escapeXml(value)}</${name}>`)
    .join("");
}

function xml(status: number, content: string): Answer {
  return { status, headers: { "content-type": "text/xml" }, body: content };
}
