import type { Actions } from "../call";
import { failure, type Answer, type AuthProblem, type Service } from "../service";
import { AwsError } from "./errors";
import { checkInput } from "./json";
import { operation } from "./model";
import type { RawRequest } from "./request";

/** A service that speaks JSON 1.1, with the action in a header. */
export function jsonService(service: {
  /** Name in error messages. */
  name: string;
  /** Prefix of the action in `X-Amz-Target`, with its full stop. */
  prefix: string;
  /** The official SDK's client module. */
  model: object;
  actions: Actions;
  internalError: string;
}): Service {
  return {
    action(request) {
      const target = request.headers["x-amz-target"] ?? "";
      return target.startsWith(service.prefix) ? target.slice(service.prefix.length) : "";
    },

    async answer(request, action, call): Promise<Answer> {
      const described = operation(service.model, action);
      const handler = service.actions[action];
      if (!described) throw new AwsError("UnknownOperationException", `There is no operation '${action}'.`);
      if (!handler) {
        throw new AwsError(
          "UnknownOperationException",
          `The stand-in ${service.name} does not have the action ${action}.`,
        );
      }
      const input = parse(request);
      checkInput(input, described.input);
      return json(200, await handler(input, call));
    },

    refuse(error): Answer {
      const { code, message, status } = failure(error, service.internalError, 500);
      return json(status, { __type: code, message });
    },

    unauthenticated: jsonUnauthenticated,
  };
}

/** Authentication errors of services with JSON 1.1. */
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
