import type { StackFacts } from "../../../catalogue/stack-facts";
import type { ReleaseEntry } from "../../../config/ledger";
import type { ObjectFacts } from "../../../trust/object-facts";

/** What the state of a stack says of one release. */
export function stackWith(
  version: string,
  entry: Partial<ReleaseEntry>,
  more: Partial<StackFacts> = {},
): StackFacts {
  const whole = { state: "published", protected: true, digests: {}, audience: {}, ...entry } as const;
  return { stack: "demo", product: "demo", ledger: { [version]: whole }, access: {}, ...more };
}

/** An image in a record. */
export function objectIn(facts: Partial<ObjectFacts>): ObjectFacts {
  return {
    ...{ cloud: "aws", account: "123456789012", region: "eu-west-1", kind: "image", id: "ami-1" },
    ...{ name: "demo-1.0", architecture: "x86_64", proof: "bytes" },
    ...facts,
  };
}
