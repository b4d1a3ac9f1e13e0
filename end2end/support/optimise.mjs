// Makes wasm files small, one after the other: a line on the input names a file and where the small one goes, a line on the output
// says that it is there. Starting the optimiser takes longer than most files do.
import binaryen from "binaryen";
import { readFileSync, writeFileSync } from "node:fs";
import { createInterface } from "node:readline";

// What rustc's wasm32 target uses. All features would write compact imports, which current browsers refuse.
const used = ["BulkMemory", "BulkMemoryOpt", "CallIndirectOverlong", "Multivalue", "MutableGlobals", "NontrappingFPToInt", "ReferenceTypes", "SignExt"];
const features = used.reduce((all, name) => all | binaryen.Features[name], 0);

// It tells of every name that it does not read.
console.warn = console.error = () => {};

for await (const line of createInterface({ input: process.stdin })) {
  const [from, to] = line.split("\t");
  const module = binaryen.readBinary(readFileSync(from));
  module.setFeatures(features);
  // As `wasm-opt -Oz`.
  binaryen.setOptimizeLevel(2);
  binaryen.setShrinkLevel(2);
  module.optimize();
  // Notes for tools, in each of some hundred files.
  module.runPasses(["strip-producers", "strip-target-features"]);
  writeFileSync(to, module.emitBinary());
  module.dispose();
  process.stdout.write("done\n");
}
