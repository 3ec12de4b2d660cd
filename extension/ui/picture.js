// A link out of a picture of its QR code. The reader comes with the wallet (npm `qr`, tools/extension.py) and is loaded
// when a picture is chosen: Chromium on Linux has none of its own.

/** @typedef {{ width: number, height: number, data: Uint8ClampedArray }} Pixels */

const MOST = 1600; // pixels a side: enough for the densest code, and quick

/** @param {ImageBitmap} picture @returns {Pixels} */
function pixels(picture) {
  const scale = Math.min(1, MOST / Math.max(picture.width, picture.height));
  const [width, height] = [picture.width, picture.height].map((side) => Math.max(1, Math.round(side * scale)));
  const drawn = /** @type {OffscreenCanvasRenderingContext2D} */ (new OffscreenCanvas(width, height).getContext("2d"));
  drawn.fillStyle = "#fff"; // where a picture is transparent
  drawn.fillRect(0, 0, width, height);
  drawn.drawImage(picture, 0, 0, width, height);
  return drawn.getImageData(0, 0, width, height);
}

/** The text of the QR code in a picture; null where there is none to be read. @param {Blob} file @returns {Promise<string | null>} */
export async function textInPicture(file) {
  try {
    const picture = await createImageBitmap(file);
    const image = pixels(picture);
    picture.close();
    const { decodeQR } = await import(chrome.runtime.getURL("vendor/qr/decode.js"));
    return `${/** @type {(image: Pixels) => string} */ (decodeQR)(image)}`;
  } catch {
    return null; // no picture, or no code that can be read in it
  }
}
