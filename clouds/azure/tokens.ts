/**
 * One access token for many requests, cached like in Azure's own libraries: calling `az` takes half a second each
 * time.
 */
import { identityOf } from "./identity";
import { type AccessToken, signIn } from "./sign-in";

export const MANAGEMENT = "https://management.azure.com/.default";

/** A token is not used in its last minutes: the request still has to arrive. */
const MARGIN = 5 * 60_000;

type Ask = (scope: string) => Promise<AccessToken>;

/** Tokens by scope. Concurrent requests for one scope share one request for a token. */
export class Tokens {
  private readonly held = new Map<string, AccessToken>();
  private readonly asked = new Map<string, Promise<AccessToken>>();

  constructor(
    private readonly ask: Ask,
    private readonly now: () => number = Date.now,
  ) {}

  async get(scope: string): Promise<string> {
    const held = this.held.get(scope);
    if (held === undefined || this.now() >= held.expires - MARGIN) return (await this.renewed(scope)).token;
    if (held.refreshAfter === undefined || this.now() < held.refreshAfter) return held.token;
    // Still valid for a while, so a failure to renew it is ignored.
    return (await this.renewed(scope).catch(() => held)).token;
  }

  /** A new token in place of a refused one; the same if Azure returns no other. */
  async instead(scope: string, refused: string): Promise<string> {
    if (this.held.get(scope)?.token === refused) this.held.delete(scope);
    return this.get(scope);
  }

  private renewed(scope: string): Promise<AccessToken> {
    const running = this.asked.get(scope);
    if (running) return running;
    const asking = this.ask(scope)
      .then((token) => {
        this.held.set(scope, token);
        return token;
      })
      .finally(() => this.asked.delete(scope));
    this.asked.set(scope, asking);
    return asking;
  }
}

const known = new Map<string, Tokens>();

/** The tokens of the identity that the environment names now. */
export function tokensOfEnvironment(): Tokens {
  const as = identityOf(process.env).signIn;
  const key = JSON.stringify([as, process.env.AZURE_AUTHORITY_HOST]);
  let tokens = known.get(key);
  if (tokens === undefined) known.set(key, (tokens = new Tokens((scope) => signIn(as, scope))));
  return tokens;
}
