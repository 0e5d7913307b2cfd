import * as model from "@aws-sdk/client-ec2";
import type { Actions, Call } from "../call";
import { AwsError } from "../protocol/errors";
import { operation } from "../protocol/model";
import { readForm, readInput } from "../protocol/query";
import type { RawRequest } from "../protocol/request";
import { failure, type Answer, type Service } from "../service";
import { escapeXml, writeStructure } from "../protocol/xml";
import { blockPublicAccessActions } from "./block-public-access";
import { copyActions } from "./copy-image";
import { imageAttributeActions } from "./image-attributes";
import { imageActions } from "./images";
import { instanceTypeActions } from "./instance-types";
import { instanceActions } from "./instances";
import { lifecycleActions } from "./lifecycle";
import { regionActions } from "./regions";
import { registerActions } from "./register-image";
import { runActions } from "./run-instances";
import { snapshotAttributeActions } from "./snapshot-attributes";
import { snapshotActions } from "./snapshots";
import { tagActions } from "./tags";
import { volumeActions } from "./volumes";

const actions: Actions = {
  ...regionActions,
  ...imageActions,
  ...registerActions,
  ...copyActions,
  ...imageAttributeActions,
  ...lifecycleActions,
  ...snapshotActions,
  ...snapshotAttributeActions,
  ...blockPublicAccessActions,
  ...tagActions,
  ...volumeActions,
  ...instanceTypeActions,
  ...runActions,
  ...instanceActions,
};

const VERSION = "2016-11-15";

/** EC2: form-encoded requests, XML answers. */
export const ec2: Service = {
  action(request: RawRequest) {
    return form(request).get("Action") ?? "";
  },

  async answer(request: RawRequest, action: string, call: Call): Promise<Answer> {
    const described = operation(model, action);
    const handler = actions[action];
    if (!described) {
      throw new AwsError("InvalidAction", `The action ${action} is not valid for this web service.`);
    }
    if (!handler) {
      // An EC2 action that this stand-in lacks: reported as such, rather than as an unknown name.
      throw new AwsError("UnsupportedOperation", `The stand-in EC2 does not have the action ${action}.`);
    }
    const fields = form(request);
    const version = fields.get("Version");
    if (version !== VERSION) {
      throw new AwsError(
        "NoSuchVersion",
        `The requested version (${String(version)}) of service EC2 does not exist`,
      );
    }
    const input = readInput(fields, described);
    if (input["DryRun"] === true) {
      throw new AwsError("DryRunOperation", "Request would have succeeded, but DryRun flag is set.", 412);
    }
    const output = await handler(input, call);
    const content =
      described.output.members.length === 0
        ? "<return>true</return>"
        : writeStructure(output, described.output);
    return xml(
      200,
      `<${action}Response xmlns="http://ec2.amazonaws.com/doc/${VERSION}/"><requestId>${call.requestId}</requestId>${content}</${action}Response>`,
    );
  },

  refuse(error: unknown, requestId: string): Answer {
    const { code, message, status } = failure(error, "InternalError", 500);
    return xml(
      status,
      `<Response><Errors><Error><Code>${code}</Code><Message>${escapeXml(message)}</Message></Error></Errors><RequestID>${requestId}</RequestID></Response>`,
    );
  },

  unauthenticated(problem) {
    switch (problem) {
      case "no-signature":
        return new AwsError("MissingParameter", "The request must contain the parameter AWSAccessKeyId", 400);
      case "expired":
        return new AwsError("RequestExpired", "Request has expired.", 400);
      default:
        return new AwsError(
          "AuthFailure",
          "AWS was not able to validate the provided access credentials",
          401,
        );
    }
  },
};

function form(request: RawRequest): Map<string, string> {
  return readForm(request.body.length > 0 ? request.body.toString() : request.query);
}

function xml(status: number, content: string): Answer {
  return {
    status,
    headers: { "content-type": "text/xml;charset=UTF-8" },
    body: `<?xml version="1.0" encoding="UTF-8"?>\n${content}`,
  };
}
