import * as model from "@aws-sdk/client-sts";
import type { Call } from "../call";
import { arnOf } from "../iam/users";
import { AwsError } from "../protocol/errors";
import { operation } from "../protocol/model";
import { readForm, readInput } from "../protocol/query";
import { escapeXml, writeStructure } from "../protocol/xml";
import { failure, type Answer, type Service } from "../service";

const NAMESPACE = "https://sts.amazonaws.com/doc/2011-06-15/";

/** STS: GetCallerIdentity only. */
export const sts: Service = {
  action: (request) => readForm(request.body.toString() || request.query).get("Action") ?? "",

  async answer(request, action, call: Call): Promise<Answer> {
    const described = action === "GetCallerIdentity" ? operation(model, action) : undefined;
    if (!described) {
      throw new AwsError("InvalidAction", `Could not find operation ${action} for version 2011-06-15`);
    }
    readInput(readForm(request.body.toString() || request.query), described);
    const { account, user } = call;
    const content = writeStructure(
      {
        UserId: `AIDA${user.accessKeyId.slice(4)}`,
        Account: account.id,
        Arn: arnOf(user),
      },
      described.output,
    );
    return xml(
      200,
      `<${action}Response xmlns="${NAMESPACE}"><${action}Result>${content}</${action}Result><ResponseMetadata><RequestId>${call.requestId}</RequestId></ResponseMetadata></${action}Response>`,
    );
  },

  refuse(error, requestId): Answer {
    const { code, message, status } = failure(error, "InternalFailure", 500);
    return xml(
      status,
      `<ErrorResponse xmlns="${NAMESPACE}"><Error><Type>Sender</Type><Code>${code}</Code><Message>${escapeXml(message)}</Message></Error><RequestId>${requestId}</RequestId></ErrorResponse>`,
    );
  },

  unauthenticated(problem) {
    switch (problem) {
      case "no-signature":
        return new AwsError("MissingAuthenticationToken", "Request is missing Authentication Token", 403);
      case "unknown-key":
      case "region":
        return new AwsError(
          "InvalidClientTokenId",
          "The security token included in the request is invalid.",
          403,
        );
      case "expired":
        return new AwsError(
          "SignatureDoesNotMatch",
          "Signature expired: the clock differs by more than 15 minutes.",
          403,
        );
      default:
        return new AwsError(
          "SignatureDoesNotMatch",
          "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.",
          403,
        );
    }
  },
};

function xml(status: number, content: string): Answer {
  return { status, headers: { "content-type": "text/xml" }, body: content };
}
