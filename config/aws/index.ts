import type { CloudConfig, KmsForm } from "../cloud";
import { awsAccess, awsClosings } from "./access";
import { awsAudience } from "./audience";
import { homeRefused } from "./home";
import { awsImmutable } from "./immutable";
import { type AwsKmsKey, AWS_KMS_URI, awsKmsKey } from "./kms";
import { awsNativeProvider } from "./native-provider";
import { awsPlaceholder } from "./placeholder";
import { awsReserved } from "./reserved";
import { awsProblems } from "./rules";
import { aws as schema, type AwsConfig } from "./schema";

export const aws = {
  schema,
  placeholder: awsPlaceholder,
  rules: awsProblems,
  audience: awsAudience,
  access: awsAccess,
  closings: awsClosings,
  immutable: awsImmutable,
  hasImagePerRegion: true,
  home: homeRefused,
  names: ({ image }) => [[["image", "nameTemplate"], image.nameTemplate]],
  kms: {
    uri: AWS_KMS_URI,
    says: "awskms:///<ARN of the key or of its alias>",
    parse: awsKmsKey,
  } satisfies KmsForm<AwsKmsKey>,
  nativeProvider: awsNativeProvider,
  reserved: awsReserved,
} satisfies CloudConfig<AwsConfig>;
