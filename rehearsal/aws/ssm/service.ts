import * as model from "@aws-sdk/client-ssm";
import type { Actions } from "../call";
import { AwsError } from "../protocol/errors";
import { checkInput } from "../protocol/json";
import { operation } from "../protocol/model";
import type { RawRequest } from "../protocol/request";
import { failure, type Answer, type AuthProblem, type Service } from "../service";
import { parameterActions } from "./parameters";
import { tagActions } from "./tags";

const PREFIX = "AmazonSSM.";
const actions: Actions = { ...parameterActions, ...tagActions };

/** SSM's parameters: JSON 1.1, the action in a header. */
export const ssm: Service = {
  action(request) {
    const target = request.headers["x-amz-target"] ?? "";
    return target.startsWith(PREFIX) ? target.slice(PREFIX.length) : "";
  },

  async answer(request, action, call): Promise<Answer> {
    const described = operation(model, action);
    const handler = actions[action];
    if (!described) throw new AwsError("UnknownOperationException", `There is no operation '${action}'.`);
    if (!handler) {
      throw new AwsError("UnknownOperationException", `The stand-in SSM does not have the action ${action}.`);
    }
    const input = parse(request);
    checkInput(input, described.input);
    return json(200, await handler(input, call));
  },

  refuse(error): Answer {
    const { code, message, status } = failure(error, "InternalServerError", 500);
    return json(status, { __type: code, message });
  },

  unauthenticated: jsonUnauthenticated,
};

/** How the services that speak JSON 1.1 refuse a caller. */
export function jsonUnauthenticated(problem: AuthProblem): AwsError {
  switch (problem) {
    case "no-signature":
      return new AwsError("MissingAuthenticationTokenException", "Missing Authentication Token");
    case "unknown-key":
    case "region":
      return new AwsError(
        "UnrecognizedClientException",
        "The security token included in the request is invalid.",
      );
    case "expired":
      return new AwsError(
        "InvalidSignatureException",
        "Signature expired: the clock differs by more than 15 minutes.",
      );
    default:
      return new AwsError(
        "InvalidSignatureException",
        "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.",
      );
  }
}

function parse(request: RawRequest): unknown {
  try {
    return JSON.parse(request.body.toString() || "{}");
  } catch {
    throw new AwsError("SerializationException", "The request body is not JSON.");
  }
}

function json(status: number, content: object): Answer {
  return { status, headers: { "content-type": "application/x-amz-json-1.1" }, body: JSON.stringify(content) };
}
