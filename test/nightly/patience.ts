// An Azure version takes minutes at the recorded times, its deletion too.
jest.setTimeout(3_600_000);
