import type { User } from "./iam/users";
import type { Account } from "./state/records";
import type { World } from "./state/world";

/** Who asks what of which region: all that a handler knows besides its input. */
export interface Call {
  readonly world: World;
  readonly account: Account;
  /** Who of the account it is. */
  readonly user: User;
  readonly region: string;
  readonly requestId: string;
}

/** The actions of a service by name. Inputs and answers have the official SDK's own types. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- each handler names its own input; the model checked it
export type Actions = Record<string, (input: any, call: Call) => object | Promise<object>>;
