// The build's half of tools/runtime.py that needs Pyodide: `node runtime.mjs CONFIG.json`.
//
// CONFIG: {"pyodide": folder, "tools": [wheels to unpack for the build alone], "wheels": [wheels micropip installs],
//          "app": folder of our package, "stdlib": python_stdlib.zip, "out": folder}
// Leaves in `out`: stdlib/ and site/ (trees of .pyc and .so, as they will be seen inside), licenses/ and installed.json.

import { mkdir, readFile, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { pathToFileURL } from "node:url";

// Unchecked hash-based .pyc (PEP 552): nothing in them depends on time or place. Docstrings stay in ours and in the
// packages (dataclasses would compute missing ones at import, slowly); the standard library goes without.
const COMPILE = `
import importlib.util, io, json, marshal, os, pathlib, site, sys, zipfile
sys.dont_write_bytecode = True

def pyc(source, name, optimize):
    code = compile(source, name, "exec", dont_inherit=True, optimize=optimize)
    head = importlib.util.MAGIC_NUMBER + (1).to_bytes(4, "little") + importlib.util.source_hash(source)
    # A second trip through marshal: which objects it marks as shared depends on reference counts in the first.
    return head + marshal.dumps(marshal.loads(marshal.dumps(code)))

made = {}
with zipfile.ZipFile("/build/stdlib.zip") as archive:
    for name in archive.namelist():
        if name.endswith(".py"):
            made["stdlib/" + name + "c"] = pyc(archive.read(name), name, 2)

def tree(root, top):
    for path in sorted(pathlib.Path(root).rglob("*")):
        name = str(path.relative_to(root))
        if path.suffix == ".py":
            made[f"site/{top}{name}c"] = pyc(path.read_bytes(), top + name, 0)
        elif path.suffix == ".so":
            made[f"site/{top}{name}"] = path.read_bytes()
        elif path.name.startswith("LICENSE"):
            made[f"licenses/{name.split('.dist-info')[0]}/{path.name}"] = path.read_bytes()

tree("/build/site", "")
tree("/build/app", "tandem/")
list(made.items())
`;

async function main() {
  const config = JSON.parse(await readFile(process.argv[2], "utf8"));
  const { loadPyodide } = await import(pathToFileURL(join(config.pyodide, "pyodide.mjs")).href);
  // The order of sets of strings ends up in compiled constants.
  const env = { HOME: "/home/pyodide", PYTHONHASHSEED: "0" };
  const pyodide = await loadPyodide({ indexURL: config.pyodide + "/", env });
  const own = pyodide.runPython("import site; site.getsitepackages()[0]");
  for (const file of config.tools) {
    pyodide.unpackArchive(new Uint8Array(await readFile(file)), "wheel", { extractDir: own });
  }
  pyodide.FS.mkdirTree("/build/site");
  pyodide.FS.mkdirTree("/build/app");
  pyodide.FS.writeFile("/build/stdlib.zip", new Uint8Array(await readFile(config.stdlib)));
  const wheels = [];
  for (const file of config.wheels) {
    pyodide.FS.writeFile("/build/" + basename(file), new Uint8Array(await readFile(file)));
    wheels.push("emfs:/build/" + basename(file));
  }
  pyodide.globals.set("wheels", pyodide.toPy(wheels));
  pyodide.mountNodeFS("/build/app", config.app);
  const installed = await pyodide.runPythonAsync(`
import micropip
from micropip.package_manager import PackageManager
for wheel in wheels:
    await micropip.install(wheel, deps=False, keep_going=False)
import pathlib, shutil, importlib.metadata
site_packages = pathlib.Path(${JSON.stringify(own)})
listing = {}
for wheel in wheels:
    name = wheel.rsplit("/", 1)[1].split("-")[0]
    found = importlib.metadata.distribution(name)
    listing[found.metadata["Name"]] = found.version
    for file in found.files:
        source = site_packages / file
        target = pathlib.Path("/build/site") / file
        if source.is_file() and ".." not in file.parts:
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, target)
import json
json.dumps(listing, sort_keys=True)
`);
  const made = pyodide.runPython(COMPILE).toJs();
  for (const [name, content] of made) {
    const path = join(config.out, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, content);
  }
  await writeFile(join(config.out, "installed.json"), installed + "\n");
}

main().catch((error) => {
  process.stdout.write(`${String(error?.message ?? error).slice(-4000)}\n`, () => process.exit(1));
});
