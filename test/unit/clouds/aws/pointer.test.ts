import { CloudFailure } from "../../../../clouds/failure";
import type {
  AddTagsToResourceRequest,
  PutParameterRequest,
  RemoveTagsFromResourceRequest,
} from "@aws-sdk/client-ssm";
import { tagList, tagRecord } from "../../../../clouds/aws/api/tags";
import { deletePointer, PointerUnsettled, seePointer, setPointer } from "../../../../clouds/aws/pointer";
import type { Session } from "../../../../clouds/aws/api/session";
import { PATIENT } from "../../../../clouds/retry";
import { type Answers, sessionAnswering } from "./answering";

const NAME = "/images/demo/x86_64/latest";
const ARN = `arn:aws:ssm:eu-central-1:111111111111:parameter${NAME}`;
const TAGS = { "imprimatur:stack": "demo", "imprimatur:release": "2" };

/** One parameter of SSM: a new value is shown after this many reads, if it is an image at all. */
class FakeSsm {
  parameter?: { value: string; description: string; tags: Record<string, string> };
  readonly calls: string[] = [];
  private checking?: { value: string; looks: number };
  /** AMIs that exist. */
  readonly images = new Set<string>();

  constructor(
    private readonly looks = 2,
    private readonly isImage = (_value: string) => true,
  ) {}

  /** By operation name as clients send it. */
  readonly answers: Answers = {
    GetParameter: async () => {
      this.calls.push("get");
      if (this.checking && --this.checking.looks < 0) {
        if (this.parameter && this.isImage(this.checking.value)) this.parameter.value = this.checking.value;
        this.checking = undefined;
      }
      if (!this.parameter?.value) throw refusal("ParameterNotFound");
      return { Parameter: { Value: this.parameter.value, ARN: ARN } };
    },
    DescribeParameters: async () => ({
      Parameters: this.parameter ? [{ Name: NAME, Description: this.parameter.description }] : [],
    }),
    ListTagsForResource: async () => {
      if (!this.parameter) throw refusal("InvalidResourceId");
      return { TagList: tagList(this.parameter.tags) };
    },
    PutParameter: async ({ Value = "", Description = "", Tags, Overwrite }: PutParameterRequest) => {
      this.calls.push(Overwrite ? "overwrite" : "create");
      if (Overwrite) Object.assign(this.parameter!, { description: Description });
      else if (this.parameter) throw refusal("ParameterAlreadyExists");
      else this.parameter = { value: "", description: Description, tags: tagRecord(Tags) };
      this.checking = { value: Value, looks: this.looks };
    },
    AddTagsToResource: async ({ Tags }: AddTagsToResourceRequest) => {
      this.calls.push("addTags");
      Object.assign(this.parameter!.tags, tagRecord(Tags));
    },
    RemoveTagsFromResource: async ({ TagKeys = [] }: RemoveTagsFromResourceRequest) => {
      for (const key of TagKeys) delete this.parameter!.tags[key];
    },
    DescribeImages: async ({ ImageIds = [] }: { ImageIds?: string[] }) => {
      const [id = ""] = ImageIds;
      if (!this.images.has(id)) throw refusal("InvalidAMIID.NotFound");
      return { Images: [{ ImageId: id }] };
    },
    DeleteParameter: async () => {
      this.calls.push("delete");
      this.parameter = undefined;
    },
  };
}

function refusal(name: string): Error {
  return Object.assign(new Error(""), { name, $metadata: { httpStatusCode: 400 } });
}

const policy = { ...PATIENT, attempts: 1, wait: async () => undefined };
const session = (ssm: FakeSsm): Session => sessionAnswering(ssm.answers, { policy });

const wanted = { name: NAME, value: "ami-2", description: "newest", tags: TAGS, stack: "demo" };
const known = { ...wanted, before: { tags: { ...TAGS, "imprimatur:release": "1", old: "x" } } };

test("a new one is there when AWS shows it, with its tags from the first moment", async () => {
  const ssm = new FakeSsm();
  expect(await setPointer(session(ssm), wanted)).toBe(ARN);
  expect(ssm.parameter).toEqual({ value: "ami-2", description: "newest", tags: TAGS });
  expect(ssm.calls).toEqual(["create", "get", "get", "get"]);
});

test("a move is over when AWS shows the new value, not when it took it; tags follow", async () => {
  const ssm = new FakeSsm();
  ssm.parameter = {
    value: "ami-1",
    description: "",
    tags: { "imprimatur:stack": "demo", old: "x", own: "y" },
  };
  await setPointer(session(ssm), known);
  expect(ssm.parameter).toEqual({ value: "ami-2", description: "newest", tags: { ...TAGS, own: "y" } });
  expect(ssm.calls).toEqual(["overwrite", "get", "get", "get", "addTags"]);
});

test("a move back is sent while the value still reads as wanted: another one may be under check", async () => {
  const ssm = new FakeSsm();
  ssm.parameter = { value: "ami-2", description: "newest", tags: { ...TAGS } };
  await setPointer(session(ssm), known);
  expect(ssm.calls).toEqual(["overwrite", "get"]);
});

test("a value that AWS drops after its check is said, with what it holds instead and the cure", async () => {
  const ssm = new FakeSsm(1, () => false);
  ssm.parameter = { value: "ami-1", description: "", tags: { ...TAGS } };
  const failure = setPointer(session(ssm), known);
  await expect(failure).rejects.toThrow(PointerUnsettled);
  await expect(failure).rejects.toThrow(
    /latest in eu-central-1 holds ami-1 and not ami-2, 5 minutes after it was set; .*ec2:DescribeImages.*`pulumi up` again/,
  );
});

const foreign = [
  {
    title: "another stack's",
    tags: { "imprimatur:stack": "prod" },
    given: wanted,
    says: "the stack prod made it",
  },
  { title: "a stranger's", tags: {}, given: wanted, says: "this stack did not make it" },
  {
    title: "one that another stack took",
    tags: { "imprimatur:stack": "prod" },
    given: known,
    says: "prod made it",
  },
];
test.each(foreign)("$title is refused and stays as it is", async ({ tags, given, says }) => {
  const ssm = new FakeSsm();
  const parameter = { value: "ami-1", description: "", tags: { ...tags } as Record<string, string> };
  ssm.parameter = parameter;
  await expect(setPointer(session(ssm), given)).rejects.toThrow(says);
  expect(parameter.value).toBe("ami-1");
  expect(ssm.calls).not.toContain("overwrite");
});

test("one that leads users to another image, by a stack of the same name in another backend, stays as it is", async () => {
  const ssm = new FakeSsm();
  ssm.images.add("ami-1");
  ssm.parameter = { value: "ami-1", description: "", tags: { ...TAGS } };
  await expect(setPointer(session(ssm), wanted)).rejects.toThrow(
    "latest in eu-central-1 is there already, and leads users to ami-1; it is one which bears the tags of the stack demo, and is not in this state",
  );
  expect(ssm.calls).not.toContain("overwrite");
  // Its own state moves it.
  await setPointer(session(ssm), known);
  expect(ssm.parameter.value).toBe("ami-2");
});

test("one that a killed create left, and one that lost its tags, are taken on", async () => {
  for (const [tags, given] of [
    [{ ...TAGS }, wanted],
    [{}, known],
  ] as const) {
    const ssm = new FakeSsm();
    // The image that it names is gone.
    ssm.parameter = { value: "ami-1", description: "", tags: { ...tags } };
    await setPointer(session(ssm), given);
    expect(ssm.parameter).toMatchObject({ value: "ami-2", tags: TAGS });
  }
  const again = new FakeSsm();
  again.images.add("ami-2");
  again.parameter = { value: "ami-2", description: "", tags: { ...TAGS } };
  await setPointer(session(again), wanted);
  expect(again.calls).toContain("overwrite");
});

test("is seen with what it says, and not at all before its first value", async () => {
  const ssm = new FakeSsm();
  expect(await seePointer(session(ssm), NAME)).toBeUndefined();
  ssm.parameter = { value: "ami-1", description: "d", tags: TAGS };
  const seen = { imageId: "ami-1", description: "d", tags: TAGS, arn: ARN };
  expect(await seePointer(session(ssm), NAME)).toEqual(seen);
});

test("another account's parameter of the name is not deleted; one that is gone is no error", async () => {
  const ssm = new FakeSsm();
  ssm.parameter = { value: "ami-1", description: "", tags: TAGS };
  const elsewhere = ARN.replace("111111111111", "222222222222");
  await expect(deletePointer(session(ssm), NAME, elsewhere)).rejects.toThrow(CloudFailure);
  expect(ssm.parameter).toBeDefined();
  await deletePointer(session(ssm), NAME, ARN);
  expect(ssm.parameter).toBeUndefined();
  await deletePointer(session(ssm), NAME, ARN);
});
