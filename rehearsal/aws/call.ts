import type { User } from "./iam/users";
import type { Account } from "./state/records";
import type { World } from "./state/world";

/** Caller, action and region of a request: all that a handler knows apart from its input. */
export interface Call {
  readonly world: World;
  readonly account: Account;
  /** The user of the account. */
  readonly user: User;
  readonly region: string;
  readonly requestId: string;
}

/** The actions of a service by name. Inputs and answers have the official SDK's own types. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- each handler names its own input; the model checked it
export type Actions = Record<string, (input: any, call: Call) => object | Promise<object>>;
