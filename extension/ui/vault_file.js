// Vault files on their way between the person's disk and the wallet.

const LARGEST = 2_900_000; // bytes: in base64 still a message that the wallet takes

/** A file's name and content, as the wallet wants it. Rejects with a Fault. @param {File} file */
export async function content(file) {
  if (file.size > LARGEST) throw { reason: "file_large", message: "" };
  const bytes = new Uint8Array(await file.arrayBuffer());
  let text = "";
  for (let i = 0; i < bytes.length; i += 0x8000) text += String.fromCharCode(...bytes.subarray(i, i + 0x8000));
  return { name: file.name, data: btoa(text) };
}

/** Hands a file to the person, as a download. @param {string} name @param {string} data base64 */
export function save(name, data) {
  const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
  const url = URL.createObjectURL(new Blob([bytes], { type: "application/octet-stream" }));
  const anchor = document.createElement("a");
  anchor.href = url;
  anchor.download = name;
  anchor.click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

/** The chosen file of an input, if any. @param {Event} event */
export function chosen(event) {
  return /** @type {HTMLInputElement} */ (event.target).files?.[0];
}
