/**
 * The one call of Service Quotas that this project makes, signed as {@link simulatePolicy} is. API Reference, GetServiceQuota
 * (JSON 1.1, target `ServiceQuotasV20190624.GetServiceQuota`), 2026-11.
 */
import { SignatureV4 } from "@smithy/signature-v4";
import { stsClient } from "./clients";
import { Sha256 } from "./sha256";

/** A quota of an account in a region, as Service Quotas names it. */
export interface ServiceQuota {
  readonly service: "ec2" | "ebs";
  readonly code: string;
}

/*
 * Codes, and how many where nobody asked for more: EC2 User Guide, "Quotas for Amazon EC2" (AMIs, whose links hold the codes), and a
 * real account's list-service-quotas (EBS), both read 2026-11.
 */

/**
 * "The maximum number of public AMIs, including public AMIs in the Recycle Bin, allowed in this Region": 5. AWS refuses the one that
 * is too many when it is made public, which is last.
 */
export const PUBLIC_IMAGES: ServiceQuota = { service: "ec2", code: "L-0E3CBAB9" };
/** "Public and private AMIs ... available, disabled, and pending AMIs, and AMIs in the Recycle Bin": 50,000. */
export const IMAGES: ServiceQuota = { service: "ec2", code: "L-B665C33B" };
/** "Entities (organizations, organizational units, and accounts) that an AMI can be shared with": 1,000. */
export const IMAGE_SHARING: ServiceQuota = { service: "ec2", code: "L-70015FFA" };
/** "Snapshots per Region": 100,000. */
export const SNAPSHOTS: ServiceQuota = { service: "ebs", code: "L-309BACF6" };

/** The command that asks for more. AWS CLI reference, service-quotas, read 2026-11. */
export function requestMore(region: string, { service, code }: ServiceQuota, wanted: number | "…"): string {
  return (
    `aws service-quotas request-service-quota-increase --region ${region} --service-code ${service} ` +
    `--quota-code ${code} --desired-value ${wanted}`
  );
}

/** @returns what holds in this region for the account that asks */
export async function serviceQuota(
  region: string,
  { service, code }: ServiceQuota,
  signal: AbortSignal,
): Promise<number> {
  const { AWS_ENDPOINT_URL_SERVICE_QUOTAS, AWS_ENDPOINT_URL } = process.env;
  const suffix = region.startsWith("cn-")
    ? "amazonaws.com.cn"
    : region.startsWith("eusc-")
      ? "amazonaws.eu"
      : "amazonaws.com";
  const url = new URL(
    AWS_ENDPOINT_URL_SERVICE_QUOTAS || AWS_ENDPOINT_URL || `https://servicequotas.${region}.${suffix}`,
  );
  const signer = new SignatureV4({
    service: "servicequotas",
    region,
    credentials: stsClient(region).config.credentials,
    sha256: Sha256,
  });
  const body = JSON.stringify({ ServiceCode: service, QuotaCode: code });
  const { headers } = await signer.sign({
    method: "POST",
    protocol: url.protocol,
    hostname: url.hostname,
    path: "/",
    headers: {
      host: url.host,
      "content-type": "application/x-amz-json-1.1",
      "x-amz-target": "ServiceQuotasV20190624.GetServiceQuota",
    },
    body,
  });
  const answer = await fetch(new URL("/", url), { method: "POST", headers, body, signal });
  const told = readJson(await answer.text());
  if (answer.ok && typeof told.Quota?.Value === "number") return told.Quota.Value;
  const error = new Error(told.message ?? told.Message ?? `HTTP ${answer.status}`);
  // `com.amazonaws.servicequotas#AccessDeniedException`
  error.name = (told.__type ?? "UnknownError").replace(/^.*#/, "");
  throw Object.assign(error, { $metadata: { httpStatusCode: answer.status } });
}

interface Told {
  readonly Quota?: { readonly Value?: unknown };
  readonly __type?: string;
  readonly message?: string;
  readonly Message?: string;
}

function readJson(text: string): Told {
  try {
    return JSON.parse(text) as Told;
  } catch {
    return {};
  }
}
