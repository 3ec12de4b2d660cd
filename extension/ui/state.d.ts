// The backend's state as the screens get it (docs/ui.md).
type Qr = { size: number; path: string };
type Space = "eip155" | "solana";
/** `chain` is "eip155:1", "solana:mainnet" and so on; `explorer` has the id at its end, or at {} (Solana). */
type Network = {
  chain: string;
  name: string;
  symbol: string;
  rpc_url: string;
  explorer: string | null;
  local: boolean;
};
type Amount = { value: string; symbol: string; exact: string };
type PhoneStage = "waiting" | "joined" | "running" | "finishing" | "done";
type Fault = { code?: number; reason: string; message: string };
/** Of one message. `foreign`: it signs in to a domain that is not the asking origin's. */
type MessageSummary = {
  text?: string | null;
  hex?: string;
  binary?: boolean;
  digest?: string | null;
  sign_in?: string | null;
  foreign?: boolean;
};
type Summary = MessageSummary & {
  accounts?: string[];
  messages?: MessageSummary[];
  domain?: string;
  statement?: string | null;
  title?: string;
  amount?: Amount | null;
  unlimited?: boolean;
  to?: string | null;
  contract?: string | null;
  token?: { address: string; symbol: string | null; decimals: number | null } | null;
  fee?: Amount | null;
  max_fee_gwei?: string;
  priority_fee_gwei?: string;
  gas_limit?: string | number;
  nonce?: string | number;
  data?: string;
  selector?: string | null;
  understood?: boolean;
  would_fail?: boolean | null;
  transactions?: SolanaTransaction[];
};
/** One step of a Solana transaction: its `kind`, and that kind's fields as text. */
type Step = {
  kind: string;
  understood: boolean;
  amount?: Amount | string;
  unlimited?: boolean;
  [field: string]: unknown;
};
type SolanaTransaction = {
  title: string;
  understood: boolean;
  amount: Amount | null;
  unlimited: boolean;
  leaves: (Amount & { token: string | null })[];
  steps: Step[];
  warnings: string[];
  fee: Amount | null;
  fee_payer: string;
  pays_fee: boolean;
  signers: string[];
  network: string;
  version: "legacy" | number;
  blockhash: string;
  lookups: { table: string; writable: number; readonly: number }[];
  message: string;
};
type Pairing = {
  link: string;
  qr: Qr;
  stage: PhoneStage;
  round: number;
  rounds: number;
  item: number;
  items: number;
  part: number;
  parts: number;
  peers: string[];
};
type WalletRequest = {
  id: string;
  origin: string;
  top: string;
  method: string;
  kind: "connect" | "sign_in" | "message" | "transaction";
  space: Space;
  state:
    | "received"
    | "validated"
    | "awaiting_unlock"
    | "awaiting_approval"
    | "awaiting_phone"
    | "signing"
    | "signed"
    | "broadcast"
    | "done"
    | "failed";
  created: number;
  expires: number | null;
  account: string | null;
  network: { chain: string; name: string; symbol: string } | null;
  sends: boolean;
  summary: Summary;
  phone: Pairing | null;
  result: string | null;
  sent: { id: string; explorer: string | null }[];
  error: Fault | null;
};
type Ceremony = {
  kind: "keygen";
  stage: PhoneStage | "failed";
  link: string;
  qr: Qr;
  peers: string[];
  needed: number;
  round: number;
  rounds: number;
  expires: number;
  error: Fault | null;
};
type Account = {
  space: Space;
  address: string;
  qr: Qr;
  balance: Amount | null;
  network: Network;
  networks: Network[];
};
type Site = {
  origin: string;
  accounts: { eip155?: string[]; solana?: string[] };
  chain: string;
  since: number;
};
type State = {
  stage: "empty" | "locked" | "open";
  version: string;
  vault: null | {
    name: string;
    party: string;
    signers: string[];
    threshold: number;
  };
  accounts: Account[];
  sites: Site[];
  requests: WalletRequest[];
  ceremony: Ceremony | null;
  settings: { relay_url: string; auto_lock_minutes: number; window_solana: string[] };
};
type Waiting = { key: string; origin: string; top: string; method: string; created: number };
type Push = { state: State | null; engine: "off" | "starting" | "ready" | "failed"; waiting: Waiting[] };
