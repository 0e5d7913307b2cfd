import { AwsError } from "../protocol/errors";
import { quota, QUOTAS, type Quota } from "../ec2/quotas";
import type { Call } from "../call";
import { failure, type Answer, type Service } from "../service";
import { jsonUnauthenticated } from "../protocol/json-service";

const PREFIX = "ServiceQuotasV20190624.";

interface Input {
  ServiceCode?: string;
  QuotaCode?: string;
}

/** Service Quotas: current values. Increase requests are not supported: see the fault `quota`. */
export const serviceQuotas: Service = {
  action(request) {
    const target = request.headers["x-amz-target"] ?? "";
    return target.startsWith(PREFIX) ? target.slice(PREFIX.length) : "";
  },

  async answer(request, action, call): Promise<Answer> {
    const input = JSON.parse(request.body.toString() || "{}") as Input;
    const ofService = QUOTAS.filter((known) => known.service === input.ServiceCode);
    if (action === "ListServiceQuotas") {
      const listed = ofService.filter((known) => (input.QuotaCode ?? known.code) === known.code);
      return json(200, { Quotas: listed.map((known) => describe(known, call)) });
    }
    if (action === "GetServiceQuota") {
      const found = ofService.find((known) => known.code === input.QuotaCode);
      if (!found) {
        throw new AwsError(
          "NoSuchResourceException",
          "The request failed because the specified quota does not exist.",
        );
      }
      return json(200, { Quota: describe(found, call) });
    }
    throw new AwsError(
      "UnknownOperationException",
      `The stand-in Service Quotas does not have the action ${action}.`,
    );
  },

  refuse(error): Answer {
    const { code, message, status } = failure(error, "ServiceException", 500);
    return json(status, { __type: code, message });
  },

  unauthenticated: jsonUnauthenticated,
};

function describe(known: Quota, call: Call) {
  return {
    ServiceCode: known.service,
    ServiceName:
      known.service === "ec2"
        ? "Amazon Elastic Compute Cloud (Amazon EC2)"
        : "Amazon Elastic Block Store (Amazon EBS)",
    QuotaArn: `arn:aws:servicequotas:${call.region}:${call.account.id}:${known.service}/${known.code}`,
    QuotaCode: known.code,
    QuotaName: known.name,
    Value: quota(known, call),
    Unit: "None",
    Adjustable: known.adjustable,
    GlobalQuota: false,
  };
}

function json(status: number, content: object): Answer {
  return { status, headers: { "content-type": "application/x-amz-json-1.1" }, body: JSON.stringify(content) };
}
