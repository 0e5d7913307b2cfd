import { MockMonitor } from "@pulumi/pulumi/runtime/mocks";
import type { RegisterResourceRequest } from "@pulumi/pulumi/proto/resource_pb";
import * as pulumi from "@pulumi/pulumi";
import { Protection } from "../../../resources/protection";
import { leaveStackTracesOut } from "../../../stacks/stack-traces";

// The engine would keep it with every resource.
test("no registration has a stack trace, and an error still says where it was", async () => {
  const limit = Error.stackTraceLimit;
  const seen = jest.spyOn(MockMonitor.prototype, "registerResource");
  try {
    leaveStackTracesOut();
    await pulumi.runtime.setMocks({ newResource: ({ name }) => ({ id: name, state: {} }), call: () => ({}) });
    new Protection("demo", { releases: [] });
    await pulumi.runtime.disconnect();
    const requests = seen.mock.calls.map(([request]) => request as RegisterResourceRequest);
    expect(requests.map((request) => request.getStacktrace()?.getFramesList() ?? [])).toEqual([[]]);
    expect(requests[0]?.hasSourceposition()).toBe(false);
    expect(new Error("x").stack?.split("\n")).toHaveLength(2);
  } finally {
    seen.mockRestore();
    Error.stackTraceLimit = limit;
  }
});

test("an SDK that takes none is left as it is", () => {
  const limit = Error.stackTraceLimit;
  const sdk = {};
  leaveStackTracesOut(sdk);
  Error.stackTraceLimit = limit;
  expect(sdk).toEqual({});
});
