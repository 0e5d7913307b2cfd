import { admitUser, IMAGE_USER, imageUsers, keepUsers } from "../../../../clouds/gcp/image-users";
import type { GoogleRequest, GoogleSession } from "../../../../clouds/gcp/api/session";
import { PATIENT } from "../../../../clouds/retry";

const PLACE = { project: "p", image: "demo-1" };
const PUBLIC = "allAuthenticatedUsers";
const CONFLICT = {
  status: 409,
  reason: "aborted",
  message: "There were concurrent policy changes. Please retry the whole read-modify-write.",
};
const FORBIDDEN = {
  status: 412,
  reason: "conditionNotMet",
  message: "One or more users named in the policy do not belong to a permitted customer, perhaps due to …",
};

interface Policy {
  etag: string;
  version?: number;
  bindings?: object[];
}
interface Refusal {
  status: number;
  reason: string;
  message: string;
}

const same = (one: string, other: string) => one.toLowerCase() === other.toLowerCase();
const binding = (members: string[], more: object = {}) => ({ role: IMAGE_USER, members, ...more });

/** A policy whose etag changes with each write. */
class Google {
  readonly calls: string[] = [];
  readonly waits: number[] = [];
  policy: Policy | undefined;
  /** Responses to the next writes, before one is accepted. */
  refusals: Refusal[] = [];

  constructor(bindings?: object[]) {
    this.policy = { etag: "1", version: 1, ...(bindings && { bindings }) };
  }

  readonly session: GoogleSession = {
    signal: new AbortController().signal,
    policy: { ...PATIENT, wait: async (milliseconds) => this.waits.push(milliseconds) },
    status: () => {},
    send: async (request) => {
      const [status, body] = this.answer(request);
      return { status, headers: new Headers(), text: JSON.stringify(body) };
    },
  };

  private answer({ method, url, json }: GoogleRequest): [number, unknown] {
    const call = /\/p\/global\/images\/demo-1\/(.*)$/.exec(url)?.[1] ?? url;
    this.calls.push(`${method} ${call}`);
    if (!this.policy) return [404, { error: { errors: [{ reason: "notFound" }] } }];
    if (method === "GET") return [200, this.policy];
    const refusal = this.refusals.shift();
    if (refusal) return [refusal.status, { error: { errors: [refusal], message: refusal.message } }];
    const { policy } = json as { policy: Policy };
    if (policy.etag !== this.policy.etag)
      return [409, { error: { errors: [CONFLICT], message: CONFLICT.message } }];
    this.policy = { ...policy, etag: `${Number(policy.etag) + 1}` };
    return [200, this.policy];
  }
}

const READ = "GET getIamPolicy?optionsRequestedPolicyVersion=3";
const WRITE = "POST setIamPolicy";
const OTHER_ROLE = { role: "roles/compute.viewer", members: ["user:x@example.org"] };
const UNTIL_2027 = { condition: { expression: "request.time < timestamp('2027-01-01T00:00:00Z')" } };

test.each([
  { have: undefined, want: [binding([PUBLIC])], calls: [READ, WRITE] },
  {
    have: [OTHER_ROLE, binding(["group:a@x.org"])],
    want: [OTHER_ROLE, binding(["group:a@x.org", PUBLIC])],
    calls: [READ, WRITE],
  },
  // Already there, in another case: nothing is written.
  { have: [binding(["ALLAuthenticatedUsers"])], want: [binding(["ALLAuthenticatedUsers"])], calls: [READ] },
  // A grant with an end is another binding.
  {
    have: [binding([PUBLIC], UNTIL_2027)],
    want: [binding([PUBLIC], UNTIL_2027), binding([PUBLIC])],
    calls: [READ, WRITE],
  },
])("one more is let in: %#", async ({ have, want, calls }) => {
  const google = new Google(have);
  await admitUser(google.session, PLACE, PUBLIC, same);
  expect(google.policy?.bindings).toEqual(want);
  expect(google.calls).toEqual(calls);
});

test.each<{ have?: object[]; stay: string[]; want?: object[]; taken: string[] }>([
  { have: undefined, stay: [], want: undefined, taken: [] },
  { have: [binding([PUBLIC]), OTHER_ROLE], stay: [], want: [OTHER_ROLE], taken: [PUBLIC] },
  {
    have: [binding([PUBLIC, "group:a@x.org", "user:b@x.org"])],
    stay: ["group:a@x.org"],
    want: [binding(["group:a@x.org"])],
    taken: [PUBLIC, "user:b@x.org"],
  },
  {
    have: [binding(["group:a@x.org"])],
    stay: ["group:a@x.org"],
    want: [binding(["group:a@x.org"])],
    taken: [],
  },
  {
    have: [binding([PUBLIC], UNTIL_2027), binding([PUBLIC])],
    stay: [],
    want: [],
    taken: [PUBLIC],
  },
])("who may not keep it loses it, and nobody else: %#", async ({ have, stay, want, taken }) => {
  const google = new Google(have);
  expect(await keepUsers(google.session, PLACE, (member) => stay.includes(member))).toEqual(taken);
  expect(google.policy?.bindings).toEqual(want);
  expect(google.calls).toEqual(taken.length > 0 ? [READ, WRITE] : [READ]);
});

test("an image that is gone is nobody's, and lets nobody in", async () => {
  const google = new Google();
  google.policy = undefined;
  expect(await keepUsers(google.session, PLACE, () => false)).toEqual([]);
  expect(await imageUsers(google.session, PLACE)).toBeUndefined();
  await expect(admitUser(google.session, PLACE, PUBLIC, same)).rejects.toMatchObject({ kind: "absent" });
});

test("several changes of one image in one process go in turn, and none meets the others' etags", async () => {
  const google = new Google();
  const members = ["user:a@x.org", "user:b@x.org", "user:c@x.org"];
  await Promise.all(members.map((member) => admitUser(google.session, PLACE, member, same)));
  expect(google.policy?.bindings).toEqual([binding(members)]);
  expect(google.waits).toEqual([]);
});

test("one that fails does not stop the next in turn", async () => {
  const google = new Google();
  google.refusals = [FORBIDDEN];
  const [first, second] = await Promise.allSettled([
    admitUser(google.session, PLACE, PUBLIC, same),
    admitUser(google.session, PLACE, "user:a@x.org", same),
  ]);
  expect([first.status, second.status]).toEqual(["rejected", "fulfilled"]);
});

test("one that gets no answer ends when it is stopped, and does not keep the next from its turn", async () => {
  const google = new Google([binding([PUBLIC])]);
  const stop = new AbortController();
  const silent: GoogleSession = {
    ...google.session,
    policy: { ...google.session.policy, grace: 0 },
    signal: stop.signal,
    send: (_request, signal) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener("abort", () => reject(new Error("aborted")));
        setImmediate(() => stop.abort());
      }),
  };
  const [first, second] = await Promise.allSettled([
    keepUsers(silent, PLACE, () => false),
    keepUsers(google.session, PLACE, () => false),
  ]);
  expect([first, second]).toMatchObject([{ reason: { kind: "cancelled" } }, { value: [PUBLIC] }]);
});

test("what somebody else changes in between is read again and kept", async () => {
  const google = new Google([binding([PUBLIC])]);
  google.refusals = [CONFLICT, { ...CONFLICT, status: 412, reason: "conditionNotMet" }];
  await keepUsers(google.session, PLACE, () => false);
  expect(google.policy?.bindings).toEqual([]);
  expect(google.calls).toEqual([READ, WRITE, READ, WRITE, READ, WRITE]);
  expect(google.waits).toEqual([1000, 2000]);
});

test("a conflict that does not end is told with the number of tries", async () => {
  const google = new Google();
  google.refusals = Array.from({ length: 9 }, () => CONFLICT);
  await expect(admitUser(google.session, PLACE, PUBLIC, same)).rejects.toThrow(
    /^images\.setIamPolicy p\/demo-1 on Google Cloud: aborted: There were .* \(gave up after 6 tries\)$/,
  );
});

test("a member whom the organisation does not allow is told at once, with the cure", async () => {
  const google = new Google();
  google.refusals = [FORBIDDEN];
  await expect(admitUser(google.session, PLACE, PUBLIC, same)).rejects.toThrow(
    /permitted customer.*; have the organisation's policy on members changed/,
  );
  expect(google.calls).toEqual([READ, WRITE]);
});
