// An Azure version takes minutes at the recorded times, and so does its deletion.
jest.setTimeout(3_600_000);
