// Write the numbers that come in as components write them: for a test that knows what Python writes.

import { exactly, grouped, rate } from "../../pages/_ui/components/shared/numbers.js";

const WRITE = { rate, number: exactly, count: grouped };
const given = [];
for await (const part of process.stdin) given.push(part);
const answers = JSON.parse(Buffer.concat(given).toString()).map(([kind, value]) =>
  WRITE[kind](value),
);
process.stdout.write(JSON.stringify(answers));
