/** What a setting of a native provider's would be for, and where it is set instead. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  "aws:accessKey": "AWS_ACCESS_KEY_ID",
  "aws:secretKey": "AWS_SECRET_ACCESS_KEY",
  "aws:token": "AWS_SESSION_TOKEN",
  "aws:profile": "AWS_PROFILE",
  "aws:allowedAccountIds": "imprimatur:aws.accountId",
};

/**
 * Settings of Pulumi's own AWS provider in the stack config. The program makes that provider itself, so neither it nor ours
 * reads them: who sets one believes to publish as somebody, or somewhere, and does not. Values may be secret, and are not said.
 *
 * @param all `pulumi.runtime.allConfig()`
 * @param file the stack file, as the user knows it
 */
export function unreadSettings(all: Readonly<Record<string, string>>, file: string): string[] {
  return Object.keys(all)
    .filter((key) => key.startsWith("aws:"))
    .map((key) => {
      const instead = ELSEWHERE[key] ?? ("aws:region" === key ? "imprimatur:aws.homeRegion" : undefined);
      const cure = instead === undefined ? "use a profile (AWS_PROFILE)" : `use ${instead}`;
      return `${file}: ${key}: neither Pulumi's AWS provider nor this project's reads it here; ${cure}, and take it out.`;
    });
}
