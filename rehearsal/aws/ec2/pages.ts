import { AwsError } from "../protocol/errors";

interface Wanted {
  MaxResults?: number;
  NextToken?: string;
}

/**
 * One page of a list in a stable order. The token names the last item returned, so that items created or deleted
 * between two pages neither repeat nor hide others.
 */
export function page<T>(
  items: T[],
  wanted: Wanted,
  key: (item: T) => string,
  least: number,
): { items: T[]; NextToken?: string } {
  const sorted = [...items].sort((a, b) => (key(a) < key(b) ? -1 : 1));
  const { MaxResults: most, NextToken: token } = wanted;
  if (most !== undefined && (most < least || most > 1000)) {
    throw new AwsError(
      "InvalidParameterValue",
      `Value ( ${most} ) for parameter maxResults is invalid. Expecting a value between ${least} and 1000.`,
    );
  }
  const after = token === undefined ? undefined : readToken(token);
  const rest = after === undefined ? sorted : sorted.filter((item) => key(item) > after);
  if (most === undefined || rest.length <= most) return { items: rest };
  const shown = rest.slice(0, most);
  return { items: shown, NextToken: Buffer.from(`after ${key(shown.at(-1)!)}`).toString("base64url") };
}

function readToken(token: string): string {
  const text = Buffer.from(token, "base64url").toString();
  if (!text.startsWith("after ")) {
    throw new AwsError("InvalidParameterValue", `The token '${token}' is invalid`);
  }
  return text.slice("after ".length);
}
