import http from "node:http";
import https from "node:https";
import type { AddressInfo } from "node:net";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { call } from "../../../clouds/aws/api/session";
import { sendSigned } from "../../../clouds/aws/api/signed";
import { explainAws } from "../../../clouds/aws/failure";
import { explainAzure } from "../../../clouds/azure/failure";
import { explainGoogle, noToken } from "../../../clouds/gcp/failure";
import { loopbackCertificate } from "../../../rehearsal/azure/arm/certificate";
import { sessionAnswering } from "../../unit/clouds/aws/answering";

const servers: http.Server[] = [];
afterAll(() => Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve)))));

async function listening(server: http.Server): Promise<number> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return (server.address() as AddressInfo).port;
}

const EXPLAIN = {
  aws: (error: unknown) => explainAws("DoIt", "eu-test-1", error),
  gcp: (error: unknown) => explainGoogle("do it", error),
  azure: (error: unknown) => explainAzure("do it", error),
};
const credentials = { accessKeyId: "A", secretAccessKey: "s" };
/** Of Node's client, which AWS's SDK uses and whose errors it passes on, and of `fetch`, which sends the others' requests. */
async function errorOf(cloud: keyof typeof EXPLAIN, endpoint: string): Promise<unknown> {
  if (cloud !== "aws") return fetch(endpoint).catch((error: unknown) => error);
  const { get } = endpoint.startsWith("https") ? https : http;
  const { message, code } = await new Promise<NodeJS.ErrnoException>((resolve) =>
    get(endpoint).on("error", resolve),
  );
  // Jest's realm has another `Error`.
  return Object.assign(new Error(message), { code });
}

describe.each(Object.keys(EXPLAIN) as (keyof typeof EXPLAIN)[])("%s cannot be reached", (cloud) => {
  const failureAt = async (endpoint: string) => EXPLAIN[cloud](await errorOf(cloud, endpoint));

  test("a name that nobody resolves is tried again, and told with what to look at", async () => {
    const failure = await failureAt("http://cloud.invalid");
    expect(failure).toMatchObject({ kind: "network", retryable: true });
    expect(failure.message).toMatch(
      /(ENOTFOUND|EAI_AGAIN) cloud\.invalid; this machine does not find that name/,
    );
  });

  test("so is a port where nothing listens", async () => {
    const gone = http.createServer();
    const port = await listening(gone);
    await new Promise((resolve) => gone.close(resolve));
    const failure = await failureAt(`http://127.0.0.1:${port}`);
    expect(failure).toMatchObject({ kind: "network", retryable: true });
    expect(failure.message).toMatch(/nothing answers there: look at this machine's network, firewall/);
  });

  test("a certificate that nobody trusts is not tried again, and told with the variable that mends it", async () => {
    const { key, certificate } = loopbackCertificate(new Date());
    const port = await listening(https.createServer({ key, cert: certificate }));
    const failure = await failureAt(`https://127.0.0.1:${port}`);
    expect(failure).toMatchObject({ kind: "refused", retryable: false });
    expect(failure.message).toMatch(/self-signed certificate; .*NODE_EXTRA_CA_CERTS/);
  });
});

describe("a machine whose clock is wrong", () => {
  const HOUR = 3_600_000;

  /** AWS as it refuses requests that are dated wrongly: its clock is an hour ahead. */
  async function ahead() {
    const dates: number[] = [];
    const port = await listening(
      http.createServer((request, response) => {
        const stamp = String(request.headers["x-amz-date"]);
        const dated = Date.parse(stamp.replace(/^(....)(..)(..)T(..)(..)(..)Z$/, "$1-$2-$3T$4:$5:$6Z"));
        const now = Date.now() + HOUR;
        dates.push(dated);
        const isGood = Math.abs(now - dated) < 900_000;
        response.writeHead(isGood ? 200 : 403, {
          "content-type": "text/xml",
          date: new Date(now).toUTCString(),
        });
        response.end(
          isGood
            ? "<GetCallerIdentityResponse><GetCallerIdentityResult><Account>111111111111</Account></GetCallerIdentityResult></GetCallerIdentityResponse>"
            : "<ErrorResponse><Error><Code>SignatureDoesNotMatch</Code><Message>Signature expired: 1 is now earlier than 2 (3 - 15 min.)</Message></Error></ErrorResponse>",
        );
      }),
    );
    return { endpoint: `http://127.0.0.1:${port}`, dates };
  }

  test("goes on by AWS's clock, which the first refusal tells", async () => {
    const { endpoint, dates } = await ahead();
    const sts = new STSClient({ region: "eu-test-1", endpoint, credentials, maxAttempts: 1 });
    const said: string[] = [];
    const session = sessionAnswering({}, { failing: ({ message }) => void said.push(message) });
    const ask = () => call(session, "GetCallerIdentity", () => sts.send(new GetCallerIdentityCommand({})));
    expect(await ask()).toMatchObject({ Account: "111111111111" });
    expect(await ask()).toMatchObject({ Account: "111111111111" });
    expect(dates).toHaveLength(3);
    expect(said).toEqual([expect.stringContaining("differs from AWS's by more than four minutes: set it")]);
    sts.destroy();
  });

  test("and so do the calls that are signed here", async () => {
    const { endpoint } = await ahead();
    const clock = { offset: 0 };
    const request = {
      ...{ service: "iam" as const, operation: "x", region: "eu-test-1", url: new URL(endpoint) },
      ...{ headers: {}, body: "" },
    };
    const send = () =>
      sendSigned(() => Promise.resolve(credentials), request, clock, new AbortController().signal);
    expect(await send()).toMatchObject({ status: 403, clockSkewCorrected: true });
    const second = await send();
    expect(second.status).toBe(200);
    expect(second).not.toHaveProperty("clockSkewCorrected");
  });

  test("is told to set it by Google and Azure, whose refusals look like ended credentials", () => {
    const google =
      "invalid_grant: Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe. Check your iat and exp values";
    expect(noToken(google).cure).toContain("this machine's clock is wrong");
    const azure = new Error(
      "invalid_client: AADSTS700024: Client assertion is not within its valid time range.",
    );
    azure.name = "AuthenticationError";
    expect(explainAzure("do it", azure).cure).toContain("look at the clock first");
  });
});
