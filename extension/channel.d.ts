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
interface Window {
  "tandem:channel"?: Channel;
  /** What solana_face.js hands to the script after it. */
  "tandem:solana"?: any;
}
