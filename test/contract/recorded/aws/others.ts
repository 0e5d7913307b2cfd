/** SSM, STS and KMS. */
import { ABSENT, DATE, type Exchange, NUMBER, TEXT } from "../../exchange";

const localstack = (name: string, date: string) => ({
  source: `github.com/localstack/localstack tests/aws/services/${name}`,
  date,
});
const placebo = (name: string, date: string) => ({
  source: `github.com/cloud-custodian/cloud-custodian tests/data/placebo/${name}`,
  date,
});
/** An example of the reference: the response as the command line prints it, which is the SDK's. */
const reference = (command: string) => ({
  source: `github.com/aws/aws-cli awscli/examples/${command}.rst (read 2026-11-29)`,
  date: "not shown",
});
const fine = { status: 200 };
const PARAMETER = { Name: TEXT, Type: "String", DataType: "text", LastModifiedDate: DATE, Version: NUMBER };
const KMS = "kms/test_kms.snapshot.json";
const refusal = (Code: string, Message: RegExp) => ({ status: 400, body: { Code, Message } });

export const OTHERS: readonly Exchange[] = [
  {
    id: "ssm/put",
    operation: "SSM PutParameter",
    ...localstack("ssm/test_ssm.snapshot.json", "2025-01-08"),
    ...fine,
    body: { Tier: "Standard", Version: 1 },
  },
  {
    id: "ssm/put/too-many",
    operation: "SSM PutParameter",
    when: "another update is under way in the account",
    source:
      "github.com/airbnb/streamalert/issues/682 (the whole answer); github.com/hashicorp/terraform-provider-aws/issues/1082",
    date: "2017-12-06, 2017-07-07",
    status: 400,
    // 27 bytes: the type, and no message.
    body: { Code: "TooManyUpdates", Message: ABSENT },
    failure: { kind: "throttled", says: /TooManyUpdates/ },
  },
  {
    id: "ssm/get",
    operation: "SSM GetParameter",
    ...localstack("ssm/test_ssm.snapshot.json", "2024-07-16"),
    ...fine,
    body: {
      Parameter: { ...PARAMETER, ARN: /^arn:aws:ssm:[a-z0-9-]+:\d{12}:parameter\/\S+$/, Value: TEXT },
    },
  },
  {
    id: "ssm/get-many",
    operation: "SSM GetParameters",
    ...localstack("ssm/test_ssm.snapshot.json", "2024-07-16"),
    ...fine,
    body: { Parameters: [{ ...PARAMETER, Value: TEXT }] },
  },
  {
    id: "ssm/describe",
    operation: "SSM DescribeParameters",
    ...placebo("test_ssm_parameter_delete", "2020-05-29"),
    ...fine,
    body: { Parameters: [{ ...PARAMETER, LastModifiedUser: /^arn:/, Tier: "Standard", Policies: [] }] },
  },
  {
    id: "ssm/delete",
    operation: "SSM DeleteParameter",
    ...placebo("test_ssm_parameter_delete", "not shown"),
    ...fine,
  },
  {
    id: "ssm/delete/gone",
    operation: "SSM DeleteParameter",
    when: "there is no such parameter",
    ...placebo("test_ssm_parameter_delete_non_existant", "not shown"),
    status: 400,
    body: { Code: "ParameterNotFound", Message: ABSENT },
    failure: { kind: "absent", says: /ParameterNotFound/ },
  },
  {
    id: "sts/identity",
    operation: "STS GetCallerIdentity",
    ...placebo("s3_access_point_query", "not shown"),
    ...fine,
    body: { Account: /^\d{12}$/, Arn: /^arn:aws:(iam|sts)::\d{12}:/, UserId: TEXT },
  },
  {
    id: "iam/simulate",
    operation: "IAM SimulatePrincipalPolicy",
    ...placebo("test_ec2_permissions", "2020-04-02"),
    ...fine,
    unplayed:
      "asked of the stand-in, by users with policies of their own, in test/integration/rehearsal/aws/",
  },
  {
    id: "iam/simulate/gone",
    operation: "IAM SimulatePrincipalPolicy",
    when: "there is no such user or role",
    ...placebo("test_aws_lambda_check_permission_deleted_role", "2021-11-09"),
    status: 404,
    body: { Code: "NoSuchEntity", Message: "Unable to retrieve specified IAM entity." },
    failure: { kind: "absent", says: /NoSuchEntity: Unable to retrieve/ },
    unplayed: "asked of the stand-in in test/integration/rehearsal/aws/",
  },
  {
    id: "quotas/get",
    operation: "Service Quotas GetServiceQuota",
    source: "AWS CLI Command Reference 2.3.2, service-quotas get-service-quota, example (read 2026-11)",
    date: "not shown",
    ...fine,
    body: { Quota: { ServiceCode: "ec2", ServiceName: TEXT, QuotaArn: TEXT } },
    unplayed: "asked of the stand-in in test/integration/provider/aws.test.ts",
  },
  {
    id: "ssm/tag",
    operation: "SSM AddTagsToResource",
    ...reference("ssm/add-tags-to-resource"),
    ...fine,
    body: {},
  },
  {
    id: "ssm/tags",
    operation: "SSM ListTagsForResource",
    ...reference("ssm/list-tags-for-resource"),
    ...fine,
    body: { TagList: [{ Key: TEXT, Value: TEXT }] },
  },
  {
    id: "ssm/untag",
    operation: "SSM RemoveTagsFromResource",
    ...reference("ssm/remove-tags-from-resource"),
    ...fine,
    body: {},
  },
  {
    id: "kms/public-key",
    operation: "KMS GetPublicKey",
    ...reference("kms/get-public-key"),
    ...fine,
    body: { KeyId: /^arn:aws:kms:/, CustomerMasterKeySpec: TEXT, KeyUsage: TEXT },
  },
  {
    id: "kms/sign",
    operation: "KMS Sign",
    ...localstack(KMS, "2023-04-13"),
    ...fine,
    body: { KeyId: TEXT, SigningAlgorithm: "ECDSA_SHA_256" },
  },
  {
    id: "kms/sign/bad-digest",
    operation: "KMS Sign",
    when: "the digest is too short",
    ...localstack(KMS, "2023-04-13"),
    ...refusal("ValidationException", /^Digest is invalid length for algorithm ECDSA_SHA_256\.$/),
    failure: { kind: "refused", says: /ValidationException: Digest is invalid length/ },
  },
  {
    id: "kms/sign/gone",
    operation: "KMS Sign",
    when: "there is no such key",
    ...localstack(KMS, "2023-04 to 2025-11"),
    ...refusal("NotFoundException", /(does not exist|Invalid arn)/),
    failure: { kind: "refused", says: /NotFoundException/ },
  },
];
