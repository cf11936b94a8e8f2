/**
 * The long proof of what is believed of APIv3: every change of one byte of signed replies and of a notice, every change of one character of
 * their header fields, fields swapped, dropped and given twice, other keys and times, splices of 40 notices; then 1 000 random messages both
 * ways against another project's code. Ends with 1 if anything went through.
 */
import * as forgeries from "../support/forgeries.ts";
import * as peers from "../support/peers.ts";

let failed = 0;
const started = performance.now();
const report = (
  what: string,
  { through, tried }: { readonly tried: number; readonly through: ReadonlyArray<string> },
) => {
  failed += through.length;
  console.log(`${through.length === 0 ? "ok  " : "FAIL"} ${what}: ${tried} tried, ${through.length} went through`);
  for (const one of through.slice(0, 5)) console.log(`     ${one}`);
};

const all = Array.from({ length: 256 }, (_, value) => value);
for (const message of forgeries.messages) {
  report(`every byte of "${message.name}"`, forgeries.changeEveryByte(message, all));
  report(`every character of its header`, forgeries.changeEveryCharacter(message, all));
  report(`its header fields`, forgeries.changeHeaders(message));
  report(`its keys and times`, forgeries.signOtherwise(message));
  report(`its length`, forgeries.changeLength(message));
}
report("splices of 40 notices", forgeries.splice(40));
const differing = peers.compare(1000);
report("random messages that another project's code reads otherwise", {
  tried: differing.tried,
  through: differing.differing,
});
console.log(`${((performance.now() - started) / 1000).toFixed(0)} s`);
process.exitCode = failed === 0 ? 0 : 1;
