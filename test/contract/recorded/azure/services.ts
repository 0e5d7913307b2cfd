/** Azure services other than Compute: the subscription, the page blobs behind a disk's link, and key vaults. */
import { ABSENT, type Exchange, FLAG, LINK, LIST, NUMBER, TEXT } from "../../exchange";

const NET = "github.com/Azure/azure-sdk-for-net sdk";
const session = (name: string, date: string) => ({ source: `${NET}/${name}`, date });
const PAGES = "storage/Azure.Storage.Blobs/tests/SessionRecords/PageBlobClientTests";
const VAULT =
  "keyvault/Azure.Security.KeyVault.Keys/tests/SessionRecords/CryptographyClientLiveTests/SignLocalVerifyRoundTrip(ES256).json";
const MANAGER = "resourcemanager/Azure.ResourceManager/tests/SessionRecords";
const WRITTEN = { etag: /^"0x[0-9A-F]+"$/, "last-modified": TEXT, "x-ms-blob-sequence-number": "0" };

export const SERVICES: readonly Exchange[] = [
  {
    id: "subscription/get",
    operation: "Resources subscription GET",
    ...session(`${MANAGER}/SubscriptionOperationsTests/TestGetSubscription.json`, "2022-01-11"),
    status: 200,
    body: {
      id: /^\/subscriptions\/[0-9a-f-]{36}$/,
      subscriptionId: /^[0-9a-f-]{36}$/,
      tenantId: /^[0-9a-f-]{36}$/,
      displayName: TEXT,
      state: "Enabled",
      authorizationSource: "RoleBased",
      subscriptionPolicies: { quotaId: TEXT, spendingLimit: "Off" },
    },
  },
  {
    id: "subscription/get/gone",
    operation: "Resources subscription GET",
    when: "the caller sees no such subscription",
    ...session(`${MANAGER}/SubscriptionOperationsTests/TestGetSubscription.json`, "2022-01-11"),
    status: 404,
    body: {
      error: {
        code: "SubscriptionNotFound",
        message: /^The subscription '[0-9a-f-]{36}' could not be found\.$/,
      },
    },
    failure: { kind: "absent", says: /SubscriptionNotFound: The subscription/ },
  },
  {
    id: "provider/get",
    operation: "Resources provider GET",
    ...session(`${MANAGER}/ProviderOperationsTests/Get()[2021-04-01].json`, "2022-07-15"),
    status: 200,
    body: {
      id: TEXT,
      namespace: TEXT,
      resourceTypes: [{ resourceType: TEXT, locations: [/^[A-Z][A-Za-z0-9 ]+$/], apiVersions: [TEXT] }],
    },
  },
  {
    id: "permissions/list",
    operation: "Authorization permissions list",
    when: "an owner's guest asks about a subscription",
    source:
      "Azure's documentation, Use Resource Manager authentication API to access subscriptions, with api-version 2015-07-01",
    date: "2016",
    status: 200,
    body: { value: [{ actions: LIST, notActions: LIST }] },
  },
  {
    id: "locks/list",
    operation: "Authorization locks list",
    when: "of a resource group that is locked",
    source:
      "github.com/Azure/azure-rest-api-specs Microsoft.Authorization 2020-05-01, examples/ManagementLocks_ListAtResourceGroupLevel.json; an empty list: github.com/Azure/azure-cli src/azure-cli/azure/cli/command_modules/resource/tests/latest/recordings/test_list_locks.yaml",
    date: "2020-05, 2020-06-12",
    status: 200,
    body: {
      value: [
        { properties: { level: "ReadOnly" }, id: TEXT, type: "Microsoft.Authorization/locks", name: TEXT },
      ],
    },
  },
  {
    id: "pages/put",
    operation: "Blob Put Page",
    ...session(`${PAGES}/GetPageRangesAsync.json`, "2019-12-11"),
    status: 201,
    headers: { ...WRITTEN, "content-md5": TEXT },
    body: ABSENT,
    differs: {
      "headers.content-md5": "Azurite compares it and does not say so; the product does not read it",
    },
  },
  {
    id: "pages/clear",
    operation: "Blob Clear Pages",
    ...session(`${PAGES}/ClearPagesAsync.json`, "2020-10-01"),
    status: 201,
    headers: WRITTEN,
    body: ABSENT,
  },
  {
    id: "pages/ranges",
    operation: "Blob Get Page Ranges",
    ...session(`${PAGES}/GetPageRangesAsync.json`, "2019-12-11"),
    status: 200,
    headers: { "content-type": "application/xml", "x-ms-blob-content-length": /^\d+$/ },
    body: /^\uFEFF?<\?xml[^>]*\?>\s*<PageList>\s*<PageRange>\s*<Start>0<\/Start>\s*<End>511<\/End>\s*<\/PageRange>\s*<\/PageList>/,
  },
  {
    id: "vault/key",
    operation: "Key Vault key GET",
    ...session(VAULT, "2022-11-01"),
    status: 200,
    body: {
      key: { kid: LINK, kty: "EC", crv: "P-256", key_ops: [TEXT], x: /^[\w-]{43}$/, y: /^[\w-]{43}$/ },
      attributes: { enabled: FLAG, created: NUMBER, updated: NUMBER },
    },
  },
  {
    id: "vault/sign",
    operation: "Key Vault key sign",
    ...session(VAULT, "2022-11-01"),
    status: 200,
    body: { kid: LINK, value: /^[\w-]{86}$/ },
  },
  {
    id: "vault/no-token",
    operation: "Key Vault key GET",
    when: "without a token",
    ...session(VAULT, "2022-11-01"),
    status: 401,
    headers: {
      "www-authenticate": /^Bearer authorization="https:\/\/[^"]+", resource="https:\/\/vault\.azure\.net"$/,
    },
    body: { error: { code: "Unauthorized", message: /Request is missing a Bearer or PoP token\.$/ } },
    failure: { kind: "unauthenticated", says: /Unauthorized/ },
  },
  {
    id: "groups/list",
    operation: "Resources groups list",
    when: "some pages of a filtered list are empty, and have a link to the next one",
    ...session(`${MANAGER}/ResourceGroupCollectionTests/ListWithParameters().json`, "2021-12-20"),
    status: 200,
    body: { value: LIST },
  },
  {
    id: "groups/resources",
    operation: "Resources group resources list",
    ...session(`${MANAGER}/GenericResourceCollectionTests/ListByResourceGroup().json`, "2021-08-20"),
    status: 200,
    body: { value: [{ id: /^\/subscriptions\//, name: TEXT, type: TEXT, location: TEXT }] },
  },
  {
    id: "pages/read",
    operation: "Blob Get Blob with a range",
    ...session(
      "storage/Azure.Storage.Blobs/tests/SessionRecords/BlobBaseClientTests/DownloadAsync_WithUnreliableConnection.json",
      "2019-07-17",
    ),
    status: 206,
    headers: {
      "content-range": /^bytes 0-\d+\/\d+$/,
      "content-length": /^\d+$/,
      etag: /^"0x[0-9A-F]+"$/,
      "last-modified": TEXT,
    },
  },
  {
    id: "pages/head",
    operation: "Blob HEAD",
    ...session(
      "storage/Azure.Storage.Blobs/tests/SessionRecords/BlobBaseClientTests/GetPropertiesAsync.json",
      "2019-07-17",
    ),
    status: 200,
    headers: {
      "content-length": /^\d+$/,
      etag: /^"0x[0-9A-F]+"$/,
      "last-modified": TEXT,
      "x-ms-blob-type": TEXT,
    },
    body: ABSENT,
  },
];
