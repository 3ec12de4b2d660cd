// A link out of a picture of its QR code, where the browser itself can read one (Chromium on Linux cannot).

/** @type {Promise<boolean> | null} */
let asked = null;

/** Whether this browser reads QR codes. */
export function readsPictures() {
  asked ??= (async () => "BarcodeDetector" in globalThis && (await BarcodeDetector.getSupportedFormats()).includes("qr_code"))().catch(() => false);
  return asked;
}

/** The text of the first QR code in a picture; null where there is none. @param {Blob} file @returns {Promise<string | null>} */
export async function textInPicture(file) {
  try {
    const picture = await createImageBitmap(file);
    const found = await new BarcodeDetector({ formats: ["qr_code"] }).detect(picture);
    picture.close();
    return found[0]?.rawValue ?? null;
  } catch {
    return null; // no picture, or one that the browser cannot decode
  }
}
