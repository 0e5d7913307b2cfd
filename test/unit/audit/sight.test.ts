import { askPlaces } from "../../../audit/sight/ask";
import type { Place } from "../../../audit/sight/place";
import { CloudFailure } from "../../../clouds/failure";
import { renderAnswers } from "../../../cli/withdraw";

const unavailable = new CloudFailure("server", "DescribeImages in us-east-1: Unavailable: no");

/** A place with one answer after the other; the last one stays. */
function place(called: string, by: Place["by"], ...answers: (boolean | Error)[]): Place {
  const isOpen = async () => {
    const answer = (answers.length > 1 ? answers.shift() : answers[0]) as boolean | Error;
    if (answer instanceof Error) throw answer;
    return answer;
  };
  return { cloud: "aws", called, by, isOpen };
}

/** Asks with a simulated clock: a question takes no time, a pause its full length. */
async function said(place: Place): Promise<string> {
  let now = 100_000;
  const answers = await askPlaces({
    places: [place],
    since: 90_000,
    signal: new AbortController().signal,
    patience: 30_000,
    now: () => now,
    pause: async (milliseconds) => (now += milliseconds),
  });
  return renderAnswers("1", answers);
}

test.each([
  {
    what: "closed at once",
    of: place("aws us-east-1 ami-1", "stranger", false),
    says: "aws us-east-1 ami-1: closed: a stranger sees nothing of it, 10 s after the beginning\n",
  },
  {
    what: "told late",
    of: place("aws us-east-1 ami-1", "stranger", true, unavailable, false),
    says: "aws us-east-1 ami-1: closed: a stranger sees nothing of it, 14 s after the beginning\n",
  },
  {
    what: "open",
    of: place("aws us-east-1 ami-1", "stranger", true),
    says: "aws us-east-1 ami-1: STILL OPEN: a stranger sees it after 40 s\n",
  },
  {
    what: "open by what the owner sees",
    of: place("aws us-east-1 ami-1", "owner", true),
    says: "aws us-east-1 ami-1: STILL OPEN after 40 s, by what its owner sees\n",
  },
  {
    what: "silent",
    of: place("aws us-east-1 ami-1", "owner", unavailable),
    says: "aws us-east-1 ami-1: not answered after 40 s: DescribeImages in us-east-1: Unavailable: no\n",
  },
])("a place that is $what", async ({ of: place, says }) => {
  expect(await said(place)).toBe(says);
});
