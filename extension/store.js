// Small durable key-value store over IndexedDB: a put is over when the value survives a crash.

const DATABASE = "tandem";
const TABLE = "values";

/** @type {Promise<IDBDatabase> | null} */
let opening = null;

/** @returns {Promise<IDBDatabase>} */
function open() {
  opening ??= new Promise((resolve, reject) => {
    const request = indexedDB.open(DATABASE, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(TABLE);
    request.onerror = () => reject(request.error);
    request.onsuccess = () => {
      // Another version or a browser that closes the database: open anew at the next call.
      request.result.onversionchange = () => {
        request.result.close();
        opening = null;
      };
      request.result.onclose = () => {
        opening = null;
      };
      resolve(request.result);
    };
  });
  opening.catch(() => {
    opening = null;
  });
  return opening;
}

/**
 * @template T
 * @param {IDBTransactionMode} mode
 * @param {(table: IDBObjectStore) => IDBRequest<T>} act
 * @returns {Promise<T>} when the transaction is complete, not merely the request
 */
async function run(mode, act) {
  const database = await open();
  return new Promise((resolve, reject) => {
    const transaction = database.transaction(TABLE, mode, { durability: "strict" });
    const request = act(transaction.objectStore(TABLE));
    transaction.oncomplete = () => resolve(request.result);
    transaction.onabort = () => reject(transaction.error);
    transaction.onerror = () => reject(transaction.error);
  });
}

/** @param {string} key @returns {Promise<Uint8Array | null>} */
export async function get(key) {
  const value = await run("readonly", (table) => table.get(key));
  return value instanceof Uint8Array ? value : null;
}

/** @param {string} key @param {Uint8Array} value */
export async function put(key, value) {
  // A copy: the bytes given may be a view into Python's memory.
  const copy = new Uint8Array(value);
  await run("readwrite", (table) => table.put(copy, key));
}

/** @param {string} key */
export async function remove(key) {
  await run("readwrite", (table) => table.delete(key));
}
