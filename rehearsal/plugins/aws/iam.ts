import { Sha256 } from "@aws-crypto/sha256-js";
import { SignatureV4 } from "@smithy/signature-v4";
import { CloudError } from "./errors";

/** IAM is one global service, with signatures for this region. */
const REGION = "us-east-1";

export type Credentials = () => Promise<{
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
}>;

interface IamSettings {
  /** `http://127.0.0.1:1234` */
  readonly endpoint: string;
  readonly credentials: Credentials;
}

/**
 * One ARN from the response of `GetUser` or `ListRoles`. Two requests do not justify a dependency on IAM's client.
 *
 * @throws {CloudError} with IAM's code
 */
export async function askIam(
  { endpoint, credentials }: IamSettings,
  action: "GetUser" | "ListRoles",
): Promise<string> {
  const url = new URL(endpoint);
  const body = new URLSearchParams({ Action: action, Version: "2010-05-08" }).toString();
  const signer = new SignatureV4({ service: "iam", region: REGION, credentials, sha256: Sha256 });
  const { headers } = await signer.sign({
    method: "POST",
    protocol: url.protocol,
    hostname: url.hostname,
    path: "/",
    headers: { host: url.host, "content-type": "application/x-www-form-urlencoded" },
    body,
  });
  const answer = await fetch(url, { method: "POST", headers, body }).catch((error: unknown) => {
    throw new CloudError(
      `operation error IAM: ${action}, request send failed, ${error instanceof Error ? error.message : String(error)}`,
    );
  });
  const text = await answer.text();
  const [, code = "", message = ""] = /<Code>(.*?)<\/Code><Message>(.*?)<\/Message>/s.exec(text) ?? [];
  if (!answer.ok) {
    throw new CloudError(
      `operation error IAM: ${action}, https response error StatusCode: ${answer.status}, api error ${code}: ${message}`,
      code,
    );
  }
  return /<Arn>(.*?)<\/Arn>/.exec(text)?.[1] ?? "";
}
