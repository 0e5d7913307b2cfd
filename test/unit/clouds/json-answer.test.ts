import { listDisks } from "../../../clouds/azure/api/disks";
import { findGallery } from "../../../clouds/azure/api/galleries";
import { runOperation } from "../../../clouds/azure/api/operations";
import type { AzureRequest, AzureSession } from "../../../clouds/azure/api/session";
import { findGoogle, type GoogleSession } from "../../../clouds/gcp/api/session";
import { AdaptiveLimit } from "../../../clouds/adaptive-limit";
import { PATIENT } from "../../../clouds/retry";

const page = "<html>\n<body>Welcome to the hotel</body></html>";
const { signal } = new AbortController();
const common = { signal, policy: PATIENT, status: () => undefined };

function azure(answer: (request: AzureRequest) => { status?: number; text?: string; headers?: object }) {
  const asked: string[] = [];
  const session: AzureSession = {
    ...common,
    policy: { ...PATIENT, wait: () => Promise.resolve() },
    limit: new AdaptiveLimit(),
    send: (request) => {
      asked.push(`${request.method} ${request.url}`);
      const { status = 200, text = "", headers = {} } = answer(request);
      return Promise.resolve({ status, headers: new Headers({ ...headers }), body: Buffer.from(text) });
    },
  };
  return { session, asked };
}

function google(text: string): GoogleSession {
  return { ...common, send: () => Promise.resolve({ status: 200, headers: new Headers(), text }) };
}

test.each([
  [page, "the answer is no JSON: <html> <body>Welcome to the hotel</body></html>; something on the way"],
  ["", "the answer is empty; something on the way may have answered in its place, as a proxy"],
])(
  "an answer of 200 that is not the cloud's, %j, is said of the call, and is no crash",
  async (text, says) => {
    const { session } = azure(() => ({ text }));
    const failures = [
      findGallery(session, "/galleries/demo"),
      listDisks(session, "s"),
      findGoogle(google(text), "images.get demo", "https://compute.example/demo"),
    ].map((call) => call.catch((error: unknown) => error));
    for (const failure of await Promise.all(failures)) {
      expect(failure).toMatchObject({ name: "CloudFailure", kind: "network" });
      expect((failure as Error).message).toMatch(
        /^(get gallery|list disks|images\.get demo) \S*.*(Azure|Google Cloud): /,
      );
      expect((failure as Error).message).toContain(says);
    }
  },
);

test("a page of 502 and an empty 503 are failures that pass, as the clouds' own are", async () => {
  for (const [status, text] of [
    [502, page],
    [503, ""],
  ] as const) {
    let times = 0;
    const { session } = azure(() => (times++ < 2 ? { status, text } : { text: '{"value": []}' }));
    expect(await listDisks(session, "s")).toEqual([]);
    expect(times).toBe(3);
  }
});

test("what Azure has accepted is followed by Location alone, also without a host, for as long as it asks", async () => {
  const location = "/subscriptions/s/providers/Microsoft.Compute/operations/1";
  let left = 2;
  const { session, asked } = azure(({ method }) =>
    method === "DELETE" || left-- > 0
      ? { status: 202, headers: { location, "retry-after": "1" } }
      : { status: 204 },
  );
  await runOperation(session, "delete disk d", { method: "DELETE", url: "https://management.azure.com/d" });
  expect(asked.slice(1)).toEqual([1, 2, 3].map(() => `GET https://management.azure.com${location}`));
});
