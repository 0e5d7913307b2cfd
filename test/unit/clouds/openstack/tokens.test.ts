import { signIn } from "../../../../clouds/openstack/api/tokens";
import { findCredentials } from "../../../../clouds/openstack/credentials";
import { PROJECT, signedIn } from "./behind-fetch";

afterEach(() => jest.restoreAllMocks());

/** Each test has its own: tokens are kept by credentials. */
function credentials(user: string) {
  const at = { OS_AUTH_URL: "https://keystone.example.org", OS_PROJECT_ID: PROJECT };
  return findCredentials(undefined, { ...at, OS_USERNAME: user, OS_PASSWORD: "hush" });
}

const never = (signal: AbortSignal) =>
  new Promise<Response>((_resolve, reject) =>
    signal.addEventListener("abort", () => reject(signal.reason as Error), { once: true }),
  );

test("a sign-in that hangs holds nobody else up", async () => {
  const keystone = jest.spyOn(globalThis, "fetch").mockImplementation((_to, init) => never(init!.signal!));
  const upload = new AbortController();
  const first = signIn(credentials("one"), upload.signal);
  const closing = new AbortController();
  const second = signIn(credentials("one"), closing.signal);
  closing.abort(new Error("out of time"));
  await expect(second).rejects.toThrow("out of time");
  keystone.mockImplementation(() => Promise.resolve(signedIn()));
  await expect(signIn(credentials("one"), new AbortController().signal)).resolves.toMatchObject({
    token: "t",
  });
  expect(keystone).toHaveBeenCalledTimes(2);
  upload.abort(new Error("stopped"));
  await expect(first).rejects.toThrow("stopped");
});

test("one sign-in is for all who ask meanwhile, and for those after them", async () => {
  const keystone = jest.spyOn(globalThis, "fetch").mockImplementation(() => Promise.resolve(signedIn()));
  const { signal } = new AbortController();
  await Promise.all([1, 2, 3].map(() => signIn(credentials("two"), signal)));
  await signIn(credentials("two"), signal);
  expect(keystone).toHaveBeenCalledTimes(1);
});

test("an answer that is none of Keystone's is told in a line, and is no failure of the network", async () => {
  jest.spyOn(globalThis, "fetch").mockImplementation(() => Promise.resolve(signedIn({ access: {} })));
  await expect(signIn(credentials("three"), new AbortController().signal)).rejects.toMatchObject({
    kind: "refused",
    message: expect.stringMatching(
      /^sign in by the OS_… variables on OpenStack: .*token.*OS_AUTH_URL/,
    ) as string,
  });
});
