/**
 * The only Service Quotas call in use. API Reference, GetServiceQuota (JSON 1.1, target
 * `ServiceQuotasV20190624.GetServiceQuota`), 2026-11.
 */
import { call, type Session } from "./session";
import { isOk, signedError } from "./signed";

/** A quota of an account in a region, by its codes in Service Quotas. */
export interface ServiceQuota {
  readonly service: "ec2" | "ebs";
  readonly code: string;
}

/*
 * Codes and default values: EC2 User Guide, "Quotas for Amazon EC2" (AMIs, whose links hold the codes), and a real
 * account's list-service-quotas (EBS), both read 2026-11.
 */

/**
 * "The maximum number of public AMIs, including public AMIs in the Recycle Bin, allowed in this Region": 5. AWS
 * refuses one too many only when it is made public, the last step of a publication.
 */
export const PUBLIC_IMAGES: ServiceQuota = { service: "ec2", code: "L-0E3CBAB9" };
/** "Public and private AMIs ... available, disabled, and pending AMIs, and AMIs in the Recycle Bin": 50,000. */
export const IMAGES: ServiceQuota = { service: "ec2", code: "L-B665C33B" };
/** "Entities (organizations, organizational units, and accounts) that an AMI can be shared with": 1,000. */
export const IMAGE_SHARING: ServiceQuota = { service: "ec2", code: "L-70015FFA" };
/** "Snapshots per Region": 100,000. */
export const SNAPSHOTS: ServiceQuota = { service: "ebs", code: "L-309BACF6" };

/** The command that requests an increase. AWS CLI reference, service-quotas, read 2026-11. */
export function requestMore(region: string, { service, code }: ServiceQuota, wanted: number | "…"): string {
  return (
    `aws service-quotas request-service-quota-increase --region ${region} --service-code ${service} ` +
    `--quota-code ${code} --desired-value ${wanted}`
  );
}

/** @returns the value that applies to the calling account in this region */
export function getServiceQuota(session: Session, quota: ServiceQuota): Promise<number> {
  return call(session, "GetServiceQuota", (signal) => send(session, quota, signal));
}

async function send(
  { clients, region }: Session,
  { service, code }: ServiceQuota,
  signal: AbortSignal,
): Promise<number> {
  const { AWS_ENDPOINT_URL_SERVICE_QUOTAS, AWS_ENDPOINT_URL } = process.env;
  const suffix = region.startsWith("cn-")
    ? "amazonaws.com.cn"
    : region.startsWith("eusc-")
      ? "amazonaws.eu"
      : "amazonaws.com";
  const host = `servicequotas.${region}.${suffix}`;
  const answer = await clients.signed(
    {
      service: "servicequotas",
      region,
      operation: "GetServiceQuota",
      url: new URL(AWS_ENDPOINT_URL_SERVICE_QUOTAS || AWS_ENDPOINT_URL || `https://${host}`),
      headers: {
        "content-type": "application/x-amz-json-1.1",
        "x-amz-target": "ServiceQuotasV20190624.GetServiceQuota",
      },
      body: JSON.stringify({ ServiceCode: service, QuotaCode: code }),
    },
    signal,
  );
  const told = readJson(answer.text);
  if (isOk(answer) && typeof told.Quota?.Value === "number") return told.Quota.Value;
  // `com.amazonaws.servicequotas#AccessDeniedException`
  throw signedError(answer, told.__type?.replace(/^.*#/, ""), told.message ?? told.Message);
}

interface QuotaJson {
  readonly Quota?: { readonly Value?: unknown };
  readonly __type?: string;
  readonly message?: string;
  readonly Message?: string;
}

function readJson(text: string): QuotaJson {
  try {
    return JSON.parse(text) as QuotaJson;
  } catch {
    return {};
  }
}
