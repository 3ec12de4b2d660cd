// What channel.js hands to the providers after it.
type Emitter = {
  on(event: string, listener: unknown, once: boolean): void;
  off(event: string, listener: unknown): void;
  clear(event?: string): void;
  emit(event: string, data: unknown): void;
};
type Channel = {
  getter(proto: object, name: string | symbol): (self: unknown) => any;
  own(from: any, name: string): any;
  field(from: any, name: string): any;
  put(on: object, name: string, value: unknown): void;
  isObject(value: unknown): value is object;
  rpcError(code: number, message: string, data?: unknown): Error;
  uuid(): string;
  encode(value: unknown): string;
  request(method: unknown, params: () => unknown, read: (result: any) => unknown): Promise<any>;
  hear(event: string, hearer: (data: any) => void): void;
  emitter(self: () => object): Emitter;
  icon: string;
  /** Whether the person wants no wallet on this site. */
  isOff(): boolean;
};
/** What solana_face.js hands to the scripts after it: the provider, and its own captured pieces. */
type SolanaFace = {
  provider: any;
  field(from: any, name: string): any;
  after<T>(promise: Promise<any>, read: (value: any) => T, failed?: () => T): Promise<T>;
  attempt(act: () => Promise<any>): Promise<any>;
  failure(code: number, message: string, reason: string): Error;
  lengthOf(bytes: Uint8Array): number;
  utf8(text: string): Uint8Array;
};
interface Window {
  "tandem:channel"?: Channel;
  "tandem:solana"?: SolanaFace;
}
