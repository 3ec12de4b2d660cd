// Runs pytest inside Pyodide under node: `node run.mjs CONFIG.json`.
//
// CONFIG: {"pyodide": folder, "wheels": [files for micropip], "unpack": [wheels to unpack], "cwd": "/inside",
//          "mounts": {"/inside": "/outside"}, "pytest": [arguments], "path": [entries for sys.path], "env": {}}
// Prints `counts {"passed":…,"failed":…,"skipped":…}` last and exits as pytest does. An error that nobody catches makes
// node print the minified line it came from, a megabyte: hence main() and its catch.

import { readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { pathToFileURL } from "node:url";

const RUN = `
import json, os, sys
sys.dont_write_bytecode = True
os.chdir(config["cwd"])
sys.path[:0] = config["path"]
import pytest

class Count:
    def __init__(self):
        self.counts = {"passed": 0, "failed": 0, "skipped": 0}
    def pytest_runtest_logreport(self, report):
        if report.when == "call" or report.outcome != "passed":
            self.counts[report.outcome] += 1
    def pytest_collectreport(self, report):
        if report.outcome != "passed":
            self.counts[report.outcome] += 1

count = Count()
code = pytest.main(["-p", "no:cacheprovider", *config["pytest"]], plugins=[count])
sys.stdout.flush()
[int(code), json.dumps(count.counts)]
`;

async function main() {
  const config = JSON.parse(await readFile(process.argv[2], "utf8"));
  const { loadPyodide } = await import(pathToFileURL(join(config.pyodide, "pyodide.mjs")).href);
  const pyodide = await loadPyodide({ indexURL: config.pyodide + "/", env: { HOME: "/home/pyodide", ...config.env } });
  const site = pyodide.runPython("import site; site.getsitepackages()[0]");
  for (const file of config.unpack) {
    pyodide.unpackArchive(new Uint8Array(await readFile(file)), "wheel", { extractDir: site });
  }
  const wheels = [];
  for (const file of config.wheels) {
    const path = "/tmp/" + basename(file);
    pyodide.FS.writeFile(path, new Uint8Array(await readFile(file)));
    wheels.push("emfs:" + path);
  }
  pyodide.globals.set("wheels", pyodide.toPy(wheels));
  await pyodide.runPythonAsync("import micropip\nfor wheel in wheels: await micropip.install(wheel, deps=False)");
  for (const [inside, outside] of Object.entries(config.mounts)) {
    pyodide.FS.mkdirTree(inside);
    pyodide.mountNodeFS(inside, outside);
  }
  pyodide.globals.set("config", pyodide.toPy(config));
  const [code, counts] = pyodide.runPython(RUN).toJs();
  process.stdout.write(`counts ${counts}\n`, () => process.exit(code));
}

main().catch((error) => {
  process.stdout.write(`${String(error?.message ?? error).slice(-4000)}\n`, () => process.exit(1));
});
